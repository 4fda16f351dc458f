package io.midplane.gateways.worker;

import io.midplane.calls.MidplaneException;
import java.io.File;
import java.io.IOException;
import java.util.Set;
import sun.misc.Signal;

/**
 * The worker as a program, on standard input and output. The arguments that execnet gives a Python
 * interpreter ({@code -u}, {@code -B}, {@code -c TEXT}) are taken and ignored, so that {@code
 * popen//python=java -jar midplane-worker.jar} starts it.
 */
public final class Main {
  private static final Set<String> IGNORED = Set.of("-u", "-B");
  private static final String CODE = "-c";
  private static final int USAGE = 2;

  /** The folder that was made for this worker's jar alone, if one was. */
  private static final String SHIPMENT = "midplane.worker.folder";

  private Main() {}

  /** Serves one gateway and ends the process. */
  public static void main(String[] arguments) {
    int status = run(arguments);
    if (status == 0) {
      System.exit(0);
    }
    halt(status);
  }

  /** What is left ignores interrupts, and would not let the JVM end. */
  private static void halt(int status) {
    Runtime.getRuntime().halt(status);
  }

  /** A worker that was shipped has all it needs open, and leaves no files. */
  private static void removeShipment() {
    String folder = System.getProperty(SHIPMENT);
    if (folder != null) {
      new File(folder, "worker.jar").delete();
      new File(folder).delete();
    }
  }

  private static int run(String... arguments) {
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].equals(CODE)) {
        i++;
      } else if (!IGNORED.contains(arguments[i])) {
        System.err.println(
            "midplane-worker: "
                + arguments[i]
                + ": unknown (expected: -u, -B, -c TEXT or nothing)");
        return USAGE;
      }
    }
    removeShipment();
    try {
      StandardStreams streams = StandardStreams.take();
      WorkerSettings settings = WorkerSettings.defaults().withMainThread(true);
      Worker worker = new Worker(settings, Tracing.of(System.getenv()), () -> halt(1));
      TaskOutput.install(); // what is traced is of no task
      Signal.handle(new Signal("INT"), signal -> worker.interruptTasks());
      return worker.serve(streams.in(), streams.out()) ? 0 : 1;
    } catch (IOException | MidplaneException failure) {
      System.err.println("midplane-worker: " + failure.getMessage());
      return 1;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }
}
