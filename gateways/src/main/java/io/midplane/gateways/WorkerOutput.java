package io.midplane.gateways;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lines of workers in this side's log, each with where it comes from. */
final class WorkerOutput {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerOutput.class);

  private WorkerOutput() {}

  static void log(String id, String line) {
    LOG.info("GW-0001 {}: {}", id, line);
  }
}
