package io.midplane.calls;

/** How a refused wait would have hung. The levels are found in this order. */
public enum DeadlockLevel {
  /** The calling thread serves messages or callbacks and must never wait. */
  L0,
  /** A call to oneself: the callee is busy with the handler that makes the call. */
  L1,
  /** One call chain comes back to somebody who waits in it: A calls B calls A. */
  L2,
  /** Independent calls wait for each other: A calls B while B calls A. */
  L3,
  /** The last worker of a bounded pool would wait for work that needs a worker of that pool. */
  L5,
  /** Both ends of a gateway's channel wait for each other, and nothing is on its way. */
  L6
}
