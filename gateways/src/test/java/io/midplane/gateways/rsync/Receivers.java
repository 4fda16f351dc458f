package io.midplane.gateways.rsync;

import io.midplane.gateways.Gateway;
import io.midplane.gateways.Peers;
import io.midplane.gateways.wire.Dict;
import io.midplane.gateways.wire.Tuple;
import io.midplane.gateways.worker.Channel;
import io.midplane.gateways.worker.ExecutionModel;
import io.midplane.gateways.worker.Greeting;
import io.midplane.gateways.worker.Link;
import io.midplane.gateways.worker.LinkListener;
import io.midplane.gateways.worker.LinkSettings;
import io.midplane.gateways.worker.Side;
import io.midplane.gateways.worker.Tracing;
import io.midplane.gateways.worker.Waits;
import io.midplane.gateways.worker.Worker;
import io.midplane.gateways.worker.WorkerSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** A worker with receivers of one kind. */
final class Receivers implements AutoCloseable {
  private static final String PYTHON = "/usr/bin/python3";
  private static final String SERVE =
      "import execnet.gateway_base as g;"
          + " g.serve(g.init_popen_io(g.get_execmodel('thread')), id='w')";
  private static final String STOCK =
      "from execnet.rsync_remote import serve_rsync\nserve_rsync(channel)\n";

  /** Whose code receives. */
  enum Kind {
    JAVA,
    OUR_PYTHON,
    STOCK_PYTHON,
    STOCK_PYTHON_2
  }

  private final Kind kind;
  private final Link link;
  private final AutoCloseable far;

  private Receivers(Kind kind, InputStream in, OutputStream out, AutoCloseable far) {
    this.kind = kind;
    this.far = far;
    this.link =
        new Link(
            "gw0",
            Side.COORDINATOR,
            out,
            LinkSettings.defaults().withCredits(kind == Kind.JAVA),
            new Refusing(),
            Runnable::run,
            Waits.any());
    Thread.ofPlatform().daemon().start(() -> System.out.println(link.read(in)));
  }

  static Receivers start(Kind kind) throws IOException {
    return kind == Kind.JAVA ? java() : python(kind);
  }

  private static Receivers python(Kind kind) throws IOException {
    if (System.getenv("CI") == null) {
      Assumptions.assumeTrue(
          Files.exists(Path.of("/usr/lib/python3/dist-packages/execnet")),
          "python3-execnet is not installed");
    }
    ProcessBuilder program =
        new ProcessBuilder(PYTHON, "-c", SERVE).redirectError(ProcessBuilder.Redirect.INHERIT);
    if (kind == Kind.STOCK_PYTHON_2) {
      program.environment().put("PYTHONPATH", Peers.execnet2());
    }
    Process process = program.start();
    return new Receivers(
        kind, process.getInputStream(), process.getOutputStream(), process::destroyForcibly);
  }

  private static Receivers java() throws IOException {
    Pipe down = Pipe.open();
    Pipe up = Pipe.open();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          Worker worker = new Worker(WorkerSettings.defaults(), Tracing.of(Map.of()));
          try {
            var unused =
                worker.serve(
                    Channels.newInputStream(down.source()), Channels.newOutputStream(up.sink()));
          } catch (IOException | InterruptedException over) {
            System.out.println(over);
          }
        });
    InputStream in = Channels.newInputStream(up.source());
    OutputStream out = Channels.newOutputStream(down.sink());
    out.write(new Greeting("gw0-worker", ExecutionModel.THREAD, true).line());
    var unused = in.read();
    return new Receivers(Kind.JAVA, in, out, down.sink());
  }

  /** A fresh receiver. */
  Channel receiver() {
    return switch (kind) {
      case JAVA -> run("", "rsync_remote.py");
      case OUR_PYTHON -> run(ourText(), null);
      case STOCK_PYTHON, STOCK_PYTHON_2 -> run(STOCK, null);
    };
  }

  private static String ourText() {
    try (InputStream in = Gateway.class.getResourceAsStream("receiver.py")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  Channel run(String source, String fileName) {
    return link.execute(Tuple.of(source, fileName, null, new Dict()));
  }

  @Override
  public void close() throws Exception {
    far.close();
  }

  private static final class Refusing implements LinkListener {
    @Override
    public void execute(Channel channel, Object request) {
      channel.close("execution disallowed");
    }

    @Override
    public Map<String, Object> status() {
      return Map.of();
    }

    @Override
    public void warn(String line) {
      System.out.println(line);
    }
  }
}
