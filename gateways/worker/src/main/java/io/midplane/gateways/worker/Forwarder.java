package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Bytes;
import io.midplane.gateways.wire.Frame;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Starts a worker here for the other side, and carries its bytes: what comes on the channel goes to
 * the program; what it says goes back, its answers byte by byte, then frame by frame. Over a second
 * channel the other side kills it, asks for its exit status and its place, and closes its input.
 */
final class Forwarder {
  /** What a stock client calls its forwarder. */
  static final String FILE_NAME = "gateway_io.py";

  private static final int KILL = 1;
  private static final int WAIT = 2;
  private static final int REMOTE_ADDRESS = 3;
  private static final int CLOSE_WRITE = 4;

  private static final int BUFFER = 1 << 16;
  private static final int LENGTH_AT = 5;
  private static final int MOST_ANSWERS = 16;

  /** How long the program may go on without anybody who listens or speaks to it. */
  private static final long GRACE_SECONDS = 5;

  /** An exit status above this says which signal it was. */
  private static final int SIGNALLED = 128;

  private static final int LAST_SIGNAL = 64;

  private final Channel channel;
  private final Channel control;
  private final Process program;
  private final String place;
  private final int answers;
  private final int mostBytes;
  private final Thread input;

  private Forwarder(Channel channel, Channel control, Process program, Map<?, ?> attributes) {
    this.channel = channel;
    this.control = control;
    this.program = program;
    this.place = place(program, attributes);
    this.answers =
        attributes.get("answers") instanceof Integer count ? Math.min(count, MOST_ANSWERS) : 1;
    this.mostBytes = channel.core().link().settings().limits().maxBytes();
    this.input = Thread.ofVirtual().name("forwarder-input").unstarted(this::carryIn);
  }

  /** Forwards one. Blocks: until it ended. */
  static void forward(Channel channel) throws IOException, InterruptedException {
    if (!(channel.receive() instanceof Map<?, ?> attributes)
        || !(channel.receive() instanceof Channel control)) {
      throw new MidplaneException(
          ErrorCode.PROTOCOL_VIOLATION,
          "forwarder: expected a dict that says what to start, and a channel");
    }
    ProcessBuilder builder =
        new ProcessBuilder(ForwardedCommand.of(attributes))
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    if (attributes.get("env") instanceof Map<?, ?> environment) {
      environment.forEach(
          (name, value) -> builder.environment().put(String.valueOf(name), String.valueOf(value)));
    }
    new Forwarder(channel, control, builder.start(), attributes).run();
  }

  private static String place(Process program, Map<?, ?> attributes) {
    for (String key : List.of("ssh", "vagrant_ssh")) {
      if (attributes.get(key) instanceof String host) {
        return host;
      }
    }
    return InetAddress.getLoopbackAddress().getHostName() + ":" + program.pid();
  }

  private void run() throws IOException, InterruptedException {
    control.setCallback(this::obey);
    input.start();
    try {
      carryOut(new BufferedInputStream(program.getInputStream(), BUFFER));
      endWithin(GRACE_SECONDS);
    } finally {
      kill();
      input.interrupt();
    }
  }

  // From the program.

  private void carryOut(InputStream from) throws IOException, InterruptedException {
    for (int i = 0; i < answers; i++) {
      int answer = from.read();
      if (answer < 0) {
        throw diedEarly();
      }
      channel.send(new byte[] {(byte) answer});
    }
    for (byte[] frame = frame(from); frame.length > 0; frame = frame(from)) {
      channel.send(frame);
    }
  }

  private MidplaneException diedEarly() throws InterruptedException {
    String how =
        program.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)
            ? "exited with " + exitStatus()
            : "closed its output";
    return new MidplaneException(
        ErrorCode.CALLEE_DIED,
        "forwarder: the worker " + how + " before its greeting; see standard error of its gateway");
  }

  /** One frame as it came; nothing at the end, be it within a frame. */
  private byte[] frame(InputStream from) throws IOException {
    byte[] header = from.readNBytes(Frame.HEADER);
    if (header.length < Frame.HEADER) {
      return new byte[0];
    }
    int length = ByteBuffer.wrap(header).getInt(LENGTH_AT);
    if (length < 0 || length > mostBytes) {
      throw new MidplaneException(
          ErrorCode.PROTOCOL_VIOLATION,
          "forwarder: frame of " + length + " bytes (expected: 0 to " + mostBytes + ")");
    }
    byte[] payload = from.readNBytes(length);
    if (payload.length < length) {
      return new byte[0];
    }
    byte[] frame = new byte[Frame.HEADER + length];
    System.arraycopy(header, 0, frame, 0, Frame.HEADER);
    System.arraycopy(payload, 0, frame, Frame.HEADER, length);
    return frame;
  }

  // To the program.

  /**
   * Until the other side is gone, or interrupts this to close the input: an interrupt ends it once
   * all that came is written.
   */
  private void carryIn() {
    boolean closing = false;
    try (OutputStream to = program.getOutputStream()) {
      while (true) {
        if (channel.receive() instanceof Bytes bytes) {
          bytes.asStream().transferTo(to);
          to.flush();
        }
      }
    } catch (MidplaneException end) {
      closing = end.code() == ErrorCode.CANCELLED;
    } catch (IOException gone) {
      closing = true; // the program closed its input, or ended; the other direction says so
    }
    if (!closing) {
      endOrKill();
    }
  }

  /** Nobody is there any more to ask for more. */
  private void endOrKill() {
    try {
      endWithin(GRACE_SECONDS);
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
    kill();
  }

  private void endWithin(long seconds) throws InterruptedException {
    boolean unused = program.waitFor(seconds, TimeUnit.SECONDS);
  }

  // What the other side asks for.

  private void obey(Object number) {
    switch (number) {
      case Integer kill when kill == KILL -> {
        kill();
        control.send(null);
      }
      case Integer wait when wait == WAIT ->
          elsewhere(() -> {
            control.send(exitStatus());
            return null;
          });
      case Integer where when where == REMOTE_ADDRESS -> control.send(place);
      case Integer close when close == CLOSE_WRITE ->
          elsewhere(() -> {
            input.interrupt();
            input.join();
            control.send(null);
            return null;
          });
      default ->
          throw new MidplaneException(
              ErrorCode.PROTOCOL_VIOLATION, "forwarder: " + number + " (expected: 1 to 4)");
    }
  }

  /** What may take long must not keep the next, which may be to kill. */
  private static void elsewhere(Callable<?> what) {
    Thread.ofVirtual()
        .name("forwarder-control")
        .start(() -> {
          try {
            var unused = what.call();
          } catch (Exception nobodyAsksAnyMore) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** As Python says it: a signal is a negative number. */
  private int exitStatus() throws InterruptedException {
    int status = program.waitFor();
    int signal = status - SIGNALLED;
    return signal > 0 && signal <= LAST_SIGNAL ? -signal : status;
  }

  /** With all that it started. */
  private void kill() {
    List<ProcessHandle> started = program.descendants().toList();
    program.destroyForcibly();
    started.forEach(ProcessHandle::destroyForcibly);
  }
}
