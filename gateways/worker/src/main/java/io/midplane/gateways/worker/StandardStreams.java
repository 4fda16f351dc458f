package io.midplane.gateways.worker;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Standard input and output as the gateway's own. Afterwards tasks that read standard input find
 * its end, and what they print, be it from native code, never gets between the frames: {@code
 * System.out} goes to standard error, and descriptor 1 nowhere.
 *
 * @param in what was standard input
 * @param out what was standard output
 */
record StandardStreams(InputStream in, OutputStream out) {

  /** Takes them. */
  static StandardStreams take() throws IOException {
    StandardStreams own = open();
    System.setIn(InputStream.nullInputStream());
    System.setOut(System.err);
    return own;
  }

  @SuppressWarnings("resource") // closing them is the point: the JDK puts /dev/null in their place
  private static StandardStreams open() throws IOException {
    InputStream in;
    OutputStream out;
    try {
      in = new FileInputStream("/dev/fd/0");
      out = new FileOutputStream("/dev/fd/1");
    } catch (IOException cannotBeOpenedAgain) {
      // A socket, or a system without such files: then they stay where they are.
      return new StandardStreams(
          new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out));
    }
    new FileInputStream(FileDescriptor.in).close();
    new FileOutputStream(FileDescriptor.out).close();
    return new StandardStreams(in, out);
  }
}
