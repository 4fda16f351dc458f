package io.midplane.gateways.wire;

import io.midplane.gateways.worker.Execnet;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * Python's own execnet in a process beside: answers byte strings with byte strings, each behind its
 * length.
 */
final class PythonPeer implements AutoCloseable {
  /** Before every script: how it reads and writes. */
  private static final String PRELUDE =
      """
      import sys, struct, random, execnet
      def take():
          head = sys.stdin.buffer.read(4)
          if len(head) < 4:
              sys.exit(0)
          return sys.stdin.buffer.read(struct.unpack('!i', head)[0])
      def give(data):
          sys.stdout.buffer.write(struct.pack('!i', len(data)) + data)
          sys.stdout.buffer.flush()
      """;

  private final Process process;
  private final DataInputStream in;
  private final DataOutputStream out;

  private PythonPeer(Process process) {
    this.process = process;
    this.in = new DataInputStream(new java.io.BufferedInputStream(process.getInputStream()));
    this.out = new DataOutputStream(new java.io.BufferedOutputStream(process.getOutputStream()));
  }

  /** Starts it; skips the test where it is not installed, and fails there in CI. */
  static PythonPeer start(Execnet execnet, String script) throws IOException {
    return new PythonPeer(
        execnet
            .python("-c", PRELUDE + script)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  void give(byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
    out.flush();
  }

  byte[] take() throws IOException {
    return in.readNBytes(in.readInt());
  }

  @Override
  public void close() throws IOException {
    out.close();
    process.destroy();
  }
}
