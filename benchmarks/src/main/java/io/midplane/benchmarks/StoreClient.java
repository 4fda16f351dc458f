package io.midplane.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A XenStore client in a process of its own, on the pinned core. It stays alive, works when it is
 * told to, and says with a line of text what it measured. For one thread at a time.
 */
final class StoreClient implements AutoCloseable {

  /** Which one. */
  enum Kind {
    /** Ours alone. */
    MIDPLANE("midplane"),
    /** Ours in a runtime, calls taking the short way. */
    RUNTIME("midplane in a runtime"),
    /** Ours in a runtime, calls as messages to the connection's actor. */
    ACTOR("midplane through the actor"),
    LIBXENSTORE("libxenstore"),
    PYXS("pyxs");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** As a measurement names it. */
    String text() {
      return text;
    }

    /** Whether it is there to be started. */
    boolean isInstalled(@Nullable XenStorePeers peers) {
      return switch (this) {
        case MIDPLANE, RUNTIME, ACTOR -> true;
        case LIBXENSTORE -> peers != null && peers.areInstalled();
        case PYXS -> peers != null && peers.hasPyxs();
      };
    }
  }

  private final Kind kind;
  private final Process process;
  private final BufferedReader in;
  private final BufferedWriter out;

  private StoreClient(Kind kind, Process process) {
    this.kind = kind;
    this.process = process;
    this.in = process.inputReader();
    this.out = process.outputWriter();
  }

  /** Starts one that is installed. Blocks: until it is ready. */
  static StoreClient start(Kind kind, @Nullable XenStorePeers peers, Path socket)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(PinnedCore.command(command(kind, peers)))
            .redirectError(Redirect.INHERIT);
    builder.environment().put("XENSTORED_PATH", socket.toString());
    StoreClient client = new StoreClient(kind, builder.start());
    if (!"ready".equals(client.in.readLine())) {
      client.close();
      throw new IOException(kind.text() + ": did not start");
    }
    return client;
  }

  private static List<String> command(Kind kind, @Nullable XenStorePeers peers) throws IOException {
    return switch (kind) {
      case MIDPLANE, RUNTIME, ACTOR -> Program.java(StoreBench.class.getName(), kind.name());
      case LIBXENSTORE -> List.of(installed(peers).xsbench().toString());
      case PYXS -> List.of("/usr/bin/python3", installed(peers).script("pyxsbench.py").toString());
    };
  }

  private static XenStorePeers installed(@Nullable XenStorePeers peers) throws IOException {
    if (peers == null) {
      throw new IOException("peers" + XenStorePeers.MISSING);
    }
    return peers;
  }

  /** Does something so often and answers the numbers it reports. Blocks: yes. */
  List<Double> work(String what, int count) throws IOException {
    out.write(what + " " + count + "\n");
    out.flush();
    String line = in.readLine();
    if (line == null) {
      throw new IOException(kind.text() + ": ended at " + what);
    }
    List<Double> numbers = new ArrayList<>();
    for (String word : line.split(" ", -1)) {
      if (!word.isEmpty() && Character.isDigit(word.charAt(0))) {
        numbers.add(Double.valueOf(word));
      }
    }
    return numbers;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
