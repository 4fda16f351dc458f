package io.midplane.gateways;

import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Dict;
import io.midplane.gateways.worker.Channel;
import io.midplane.gateways.worker.Link;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A process that another gateway started, its bytes in items of a channel there. What is asked of
 * that gateway is asked on threads of its own: it may take nothing any more, and who ends this must
 * go on.
 */
final class ForwardedEndpoint implements Endpoint {
  static final int KILL = 1;
  static final int WAIT = 2;
  static final int CLOSE_WRITE = 4;
  private static final int SIGNALLED = 128;

  private final FarSide master;
  private final Link carrier;
  private final Channel data;
  private final Channel control;
  private final InputStream in;
  private final OutputStream out;
  private final CompletableFuture<WorkerExit> exit = new CompletableFuture<>();
  private final AtomicBoolean asked = new AtomicBoolean();

  private ForwardedEndpoint(Gateway master, Channel data, Channel control) {
    this.master = master.farSide();
    this.carrier = master.link();
    this.data = data;
    this.control = control;
    this.in = data.inputStream(false);
    this.out = data.outputStream(false);
  }

  static ForwardedEndpoint start(Gateway master, XSpec spec, Launch launch) {
    Channel data = master.forward();
    Channel control = data.newChannel();
    Dict attributes = new Dict();
    attributes.put("_spec", spec.toString());
    attributes.put("env", spec.environment());
    attributes.put("argv", launch.arguments());
    attributes.put("answers", launch.steps().size());
    data.send(attributes);
    data.send(control);
    return new ForwardedEndpoint(master, data, control);
  }

  Link carrier() {
    return carrier;
  }

  @Override
  public InputStream in() {
    return in;
  }

  @Override
  public OutputStream out() {
    return out;
  }

  @Override
  public void closeOutput() {
    if (master == FarSide.PYTHON) {
      data.send(null); // behind what was sent, where our text takes it for the end
    } else {
      control.send(CLOSE_WRITE);
    }
  }

  @Override
  public boolean awaitExit(Duration timeout) throws InterruptedException {
    if (asked.compareAndSet(false, true)) {
      Thread.ofVirtual().name("gateway-exit").start(this::askForExit);
    }
    try {
      var unused = exit.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException goesOn) {
      return data.isClosed();
    } catch (ExecutionException never) {
      throw new IllegalStateException(never);
    }
  }

  /** Other answers come on the same channel, and say nothing. */
  private void askForExit() {
    WorkerExit known = WorkerExit.unknown(List.of());
    try {
      control.send(WAIT);
      for (Object answer : control) {
        if (answer instanceof Integer status) {
          known = WorkerExit.of(status < 0 ? SIGNALLED - status : status, List.of());
          break;
        }
      }
    } catch (MidplaneException gone) {
      // The gateway in between is, and took it along.
    }
    exit.complete(known);
  }

  @Override
  public void kill() {
    elsewhere(() -> control.send(KILL));
  }

  @Override
  public WorkerExit exit() {
    @Nullable WorkerExit known = exit.getNow(null);
    return known == null ? WorkerExit.unknown(List.of()) : known;
  }

  @Override
  public void release() {
    elsewhere(control::close);
    elsewhere(data::close);
  }

  private static void elsewhere(Runnable request) {
    Thread.ofVirtual()
        .name("gateway-via")
        .start(() -> {
          try {
            request.run();
          } catch (MidplaneException gone) {
            // So is what was to be ended.
          }
        });
  }
}
