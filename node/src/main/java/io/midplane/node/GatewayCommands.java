package io.midplane.node;

/** The commands for gateways: code on other interpreters. */
final class GatewayCommands {
  private GatewayCommands() {}

  static Command group() {
    return new CommandGroup("gateway", "Runs code on interpreters here and elsewhere.")
        .with("serve", GatewayServe::new)
        .with("worker", GatewayWorker::new)
        .with("exec", GatewayExec::new)
        .with("rsync", GatewayRsync::new)
        .with("status", GatewayStatus::new);
  }
}
