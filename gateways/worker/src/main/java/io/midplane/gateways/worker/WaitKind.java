package io.midplane.gateways.worker;

/** What a thread waits for on a channel. */
enum WaitKind {
  /** An item, or that none will come. */
  RECEIVE("receive"),
  /** That none will come; items make no difference. */
  CLOSE("waitClose"),
  /** That the other end takes items. */
  SEND("send");

  private final String operation;

  WaitKind(String operation) {
    this.operation = operation;
  }

  /** What the thread called. */
  String operation() {
    return operation;
  }
}
