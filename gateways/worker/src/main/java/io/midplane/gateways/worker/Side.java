package io.midplane.gateways.worker;

/** Which end of a gateway: each numbers the channels it makes apart from the other's. */
public enum Side {
  /** The end that started the other: 1, 3, 5 and so on. */
  COORDINATOR(1),
  /** The end that was started: 2, 4, 6 and so on. */
  WORKER(2);

  private final int firstId;

  Side(int firstId) {
    this.firstId = firstId;
  }

  int firstId() {
    return firstId;
  }
}
