package io.midplane.gateways.worker;

/** A source text that cannot be compiled; the message has file, line and what is wrong. */
public final class CompileException extends Exception {
  private static final long serialVersionUID = 1L;

  CompileException(String message) {
    super(message);
  }
}
