package io.midplane.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.PortOptions;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Two network namespaces with a cable from {@code va} in the left to {@code vb} in the right, and
 * the programs of {@code testkit/peers/packet} that run in them. For one thread; needs root, {@code
 * ip}, {@code taskset} and a C compiler.
 */
final class PacketLab implements AutoCloseable {
  /** Where the receiver runs; the generator has the other one. */
  static final String RECEIVER_CPU = "1";

  private static final String GENERATOR_CPU = "0";
  private static final Redirect NOTHING = Redirect.from(new File("/dev/null"));
  private static final Pattern VALUE = Pattern.compile("([a-z0-9_/]+)=([0-9.]+)");

  private final Folder folder;
  private final Path sources;
  private final String prefix = "mpb" + ProcessHandle.current().pid();

  private PacketLab(Folder folder, Path sources) {
    this.folder = folder;
    this.sources = sources;
  }

  static PacketLab create() throws IOException {
    Path sources = Path.of(System.getProperty("midplane.home", ".."), "testkit/peers/packet");
    if (!Files.exists(sources.resolve("rx.c"))) {
      throw new MidplaneException(
          ErrorCode.NOT_FOUND,
          sources.toAbsolutePath() + ": no peers there; run it as ./midplane of a checkout");
    }
    var lab = new PacketLab(Folder.create(), sources);
    try {
      for (String program : List.of("gen", "rx", "lat")) {
        run(
            "cc",
            "-O2",
            "-w",
            "-o",
            lab.program(program),
            sources.resolve(program + ".c").toString());
      }
      lab.wireUp();
      return lab;
    } catch (IOException | RuntimeException e) {
      lab.close();
      throw e;
    }
  }

  private void wireUp() throws IOException {
    run("ip", "netns", "add", left());
    run("ip", "netns", "add", right());
    run(
        "ip", "link", "add", "va", "netns", left(), "type", "veth", "peer", "name", "vb", "netns",
        right());
    for (String[] end : new String[][] {{left(), "va"}, {right(), "vb"}}) {
      run("ip", "-n", end[0], "link", "set", end[1], "addrgenmode", "none");
      run("ip", "-n", end[0], "link", "set", end[1], "up");
    }
    // Larger datagrams are cut into frames before the cable, not after it: gen -m gso.
    run("ip", "-n", left(), "link", "set", "va", "gso_max_size", "400");
  }

  private String program(String name) {
    return folder.path().resolve(name).toString();
  }

  private String left() {
    return prefix + "l";
  }

  private String right() {
    return prefix + "r";
  }

  PortOptions leftOptions() {
    return PortOptions.defaults().withVirtualRouter(left());
  }

  PortOptions rightOptions() {
    return PortOptions.defaults().withVirtualRouter(right());
  }

  void addresses(String ofLeft, String ofRight) throws IOException {
    run("ip", "-n", left(), "addr", "replace", ofLeft, "dev", "va");
    run("ip", "-n", right(), "addr", "replace", ofRight, "dev", "vb");
  }

  /** Sends so many frames of 64 bytes as fast as C can; returns what it says about it. */
  Output generate(int frames, String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(program("gen"), "-n", String.valueOf(frames), "-l", "64", "-c", GENERATOR_CPU));
    command.addAll(List.of(more));
    return new Output(run(inside(left(), command)));
  }

  /** A program of the peers that receives, once it says that it is ready. */
  Receiver receiver(String name, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (name.endsWith(".py")) {
      command.addAll(List.of("/usr/bin/python3", sources.resolve(name).toString()));
    } else {
      command.add(program(name));
    }
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(inside(right(), command)).redirectErrorStream(true).start();
    BufferedReader output = process.inputReader();
    String line = output.readLine();
    while (line != null && !line.equals("ready")) {
      line = output.readLine();
    }
    if (line == null) {
      throw new IOException(name + ": ended before it was ready");
    }
    return new Receiver(process, output);
  }

  /** A Python script of the peers in the left namespace. */
  Output script(String name, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("/usr/bin/python3", sources.resolve(name).toString()));
    command.addAll(List.of(arguments));
    return new Output(run(inside(left(), command)));
  }

  private static String[] inside(String namespace, List<String> command) {
    List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    whole.addAll(command);
    return whole.toArray(String[]::new);
  }

  /** Has all threads of this JVM, and those that they start, run on these CPUs. */
  static void pin(String cpus) throws IOException {
    String unused = run("taskset", "-acp", cpus, String.valueOf(ProcessHandle.current().pid()));
  }

  /** Has them run on all CPUs again. */
  static void unpin() throws IOException {
    pin("0-" + (Integer.parseInt(run("nproc", "--all").strip()) - 1));
  }

  static String run(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectInput(NOTHING).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    int status = waitFor(process);
    if (status != 0) {
      throw new IOException(
          String.join(" ", command) + ": status " + status + ": " + output.strip());
    }
    return output;
  }

  private static int waitFor(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** What a program printed: {@code name=value} among other words. */
  record Output(String text) {
    double value(String name) throws IOException {
      Matcher matcher = VALUE.matcher(text);
      while (matcher.find()) {
        if (matcher.group(1).equals(name)) {
          return Double.parseDouble(matcher.group(2));
        }
      }
      throw new IOException(name + "=: not in \"" + text.strip() + "\"");
    }
  }

  /** A running program that receives. */
  record Receiver(Process process, BufferedReader output) implements AutoCloseable {
    /** What it says once it is done. Blocks: until then. */
    Output result() throws IOException {
      String line = output.readLine();
      while (line != null && !line.contains("=")) {
        line = output.readLine();
      }
      return new Output(line == null ? "" : line);
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  @Override
  public void close() {
    for (String namespace : List.of(left(), right())) {
      try {
        String unused = run("ip", "netns", "delete", namespace);
      } catch (IOException e) {
        System.err.println(e.getMessage());
      }
    }
    folder.close();
  }
}
