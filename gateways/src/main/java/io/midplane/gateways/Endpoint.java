package io.midplane.gateways;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/** A far end as the bytes see it: a process here, a connection, a process behind another worker. */
interface Endpoint {

  /** What it sends. */
  InputStream in();

  /** What it is sent. */
  OutputStream out();

  /** It reads the end then, and goes. */
  void closeOutput() throws IOException;

  /** Waits until it is gone, so long at most. Blocks: yes. */
  boolean awaitExit(Duration timeout) throws InterruptedException;

  /** Ends it, whatever it does, and what it started. Never throws. */
  void kill();

  /** How it went, as far as that is known. */
  WorkerExit exit();

  /** Gives back what is held here once it is gone; what it started goes as well. Never throws. */
  void release();
}
