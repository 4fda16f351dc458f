package io.midplane.gateways;

import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Dict;
import io.midplane.gateways.worker.Channel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;

/** A process that another gateway started, its bytes in items of a channel there. */
final class ForwardedEndpoint implements Endpoint {
  static final int KILL = 1;
  static final int WAIT = 2;
  static final int CLOSE_WRITE = 4;

  private final Channel data;
  private final Channel control;
  private final InputStream in;
  private final OutputStream out;
  private volatile WorkerExit exit = WorkerExit.unknown(List.of());
  private boolean asked;

  private ForwardedEndpoint(Channel data, Channel control) {
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
    return new ForwardedEndpoint(data, control);
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
    control.send(CLOSE_WRITE);
  }

  @Override
  public synchronized boolean awaitExit(Duration timeout) throws InterruptedException {
    if (exit.status() != null) {
      return true;
    }
    try {
      if (!asked) {
        asked = true;
        control.send(WAIT);
      }
      long until = System.nanoTime() + timeout.toNanos();
      while (true) {
        Duration left = Duration.ofNanos(Math.max(0, until - System.nanoTime()));
        if (control.receive(left) instanceof Integer status) {
          exit = WorkerExit.of(status < 0 ? 128 - status : status, List.of());
          return true;
        }
      }
    } catch (MidplaneException goneOrLate) {
      return data.isClosed();
    }
  }

  @Override
  public void kill() {
    try {
      control.send(KILL);
    } catch (MidplaneException gone) {
      // The gateway in between is, and took it along.
    }
  }

  @Override
  public WorkerExit exit() {
    return exit;
  }

  @Override
  public void release() {
    try {
      control.close();
      data.close();
      in.close();
      out.close();
    } catch (IOException | MidplaneException gone) {
      // So is what was to be given back.
    }
  }
}
