package io.midplane.gateways.wire;

import io.midplane.calls.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Finds the end of a value in a stream, so that no byte behind it is taken. Memory grows with the
 * bytes that come, whatever length they announce.
 */
final class Scanner {
  private static final int LENGTH = Integer.BYTES;
  private static final int PIECE = 1 << 16;

  private final InputStream in;
  private final Limits limits;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  Scanner(InputStream in, Limits limits) {
    this.in = in;
    this.limits = limits;
  }

  /** The value's bytes, behind that of its version. */
  byte[] scan(int version) throws IOException {
    bytes.write(version);
    int operation;
    do {
      operation = in.read();
      if (operation < 0) {
        throw early();
      }
      bytes.write(operation);
      operand((byte) operation);
    } while (operation != Op.STOP);
    return bytes.toByteArray();
  }

  private void operand(byte operation) throws IOException {
    switch (operation) {
      case Op.INT, Op.LONG, Op.NEW_LIST, Op.BUILD_TUPLE, Op.SET, Op.FROZEN_SET, Op.CHANNEL ->
          take(LENGTH);
      case Op.FLOAT -> take(Double.BYTES);
      case Op.COMPLEX -> take(2 * Double.BYTES);
      case Op.BYTES, Op.PY2_STRING, Op.PY3_STRING, Op.UNICODE, Op.LONG_INT, Op.LONG_LONG ->
          counted();
      default -> {
        // No operand; what is no instruction at all is for the loader to refuse.
        if (operation < Op.BUILD_TUPLE || operation > Op.COMPLEX) {
          throw new LoadException(
              bytes.size() - 1, "opcode: 0x%02x (expected: 0x40 to 0x54)".formatted(operation));
        }
      }
    }
  }

  private void counted() throws IOException {
    int length = 0;
    for (int i = 0; i < LENGTH; i++) {
      int next = in.read();
      if (next < 0) {
        throw early();
      }
      bytes.write(next);
      length = length << Byte.SIZE | next;
    }
    if (length < 0) {
      throw new LoadException(bytes.size() - LENGTH - 1, "length: " + length);
    }
    take(length);
  }

  private void take(int count) throws IOException {
    if (bytes.size() + (long) count > limits.maxBytes()) {
      throw new LoadException(
          ErrorCode.LIMIT_EXCEEDED,
          bytes.size(),
          "size: more than " + limits.maxBytes() + " bytes, the limit");
    }
    int left = count;
    while (left > 0) {
      byte[] piece = in.readNBytes(Math.min(left, PIECE));
      if (piece.length == 0) {
        throw early();
      }
      bytes.writeBytes(piece);
      left -= piece.length;
    }
  }

  private LoadException early() {
    return new LoadException(bytes.size(), "ends early");
  }
}
