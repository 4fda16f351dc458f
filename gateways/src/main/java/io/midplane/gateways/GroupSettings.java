package io.midplane.gateways;

import io.midplane.calls.BlockingGate;
import io.midplane.calls.CallGraph;
import io.midplane.gateways.worker.LinkSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * How a group treats its gateways.
 *
 * @param defaultSpec what a gateway without a spec is
 * @param model execution model of workers whose spec has none
 * @param startTimeout how long a worker may take to its greeting
 * @param callTimeout how long a worker may take to answer what it is asked for itself
 * @param endTimeout how long closing waits before it kills
 * @param link limits of values and of what may wait on a channel
 * @param gate refuses to wait where that must not be
 * @param workerFolder where the worker's jar is kept to start from; closed to other users
 * @param output gets each line that a worker writes to its standard output or error, after the id
 */
public record GroupSettings(
    XSpec defaultSpec,
    String model,
    Duration startTimeout,
    Duration callTimeout,
    Duration endTimeout,
    LinkSettings link,
    BlockingGate gate,
    Path workerFolder,
    BiConsumer<String, String> output) {

  /** A JVM worker, threads, 30 s to start and to answer, one to end; lines go to the log. */
  public static GroupSettings defaults() {
    return new GroupSettings(
        XSpec.parse("popen"),
        "thread",
        Duration.ofSeconds(30),
        Duration.ofSeconds(30),
        Duration.ofSeconds(1),
        LinkSettings.defaults(),
        new BlockingGate(new CallGraph()),
        WorkerStore.defaultFolder(),
        WorkerOutput::log);
  }

  /** The same with another spec for gateways that are made without. */
  public GroupSettings withDefaultSpec(String spec) {
    XSpec parsed = XSpec.parse(spec).requireStartable();
    return new GroupSettings(
        parsed, model, startTimeout, callTimeout, endTimeout, link, gate, workerFolder, output);
  }

  /** The same with another execution model. */
  public GroupSettings withModel(String other) {
    return new GroupSettings(
        defaultSpec,
        other,
        startTimeout,
        callTimeout,
        endTimeout,
        link,
        gate,
        workerFolder,
        output);
  }

  /** The same with another time to start, to answer, and to end. */
  public GroupSettings withTimeouts(Duration start, Duration call, Duration end) {
    return new GroupSettings(
        defaultSpec, model, start, call, end, link, gate, workerFolder, output);
  }

  /** The same with other limits. */
  public GroupSettings withLink(LinkSettings other) {
    return new GroupSettings(
        defaultSpec,
        model,
        startTimeout,
        callTimeout,
        endTimeout,
        other,
        gate,
        workerFolder,
        output);
  }

  /** The same under another gate, a runtime's for example. */
  public GroupSettings withGate(BlockingGate other) {
    return new GroupSettings(
        defaultSpec,
        model,
        startTimeout,
        callTimeout,
        endTimeout,
        link,
        other,
        workerFolder,
        output);
  }

  /** The same with the worker kept elsewhere. */
  public GroupSettings withWorkerFolder(Path other) {
    return new GroupSettings(
        defaultSpec, model, startTimeout, callTimeout, endTimeout, link, gate, other, output);
  }

  /** The same with another taker of what workers print. */
  public GroupSettings withOutput(BiConsumer<String, String> other) {
    return new GroupSettings(
        defaultSpec, model, startTimeout, callTimeout, endTimeout, link, gate, workerFolder, other);
  }
}
