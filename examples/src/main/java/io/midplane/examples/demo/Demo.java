package io.midplane.examples.demo;

import io.midplane.examples.deadlocks.Deadlocks;
import io.midplane.node.Main;
import io.midplane.xenstore.Monitor;
import io.midplane.xenstore.WatchEvent;
import io.midplane.xenstore.XenStore;
import io.midplane.xenstore.server.XenStoreServer;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The steps of the demo: each says what it shows, shows it, and checks that it was seen. */
final class Demo {

  private static final String SCRIPT = "/scripts/vlans.java";
  private static final Duration WATCH_DEADLINE = Duration.ofSeconds(10);

  private final PrintStream out;
  private final DemoNode node;
  private final Path folder;
  private int step;

  Demo(PrintStream out, DemoNode node, Path folder) {
    this.out = out;
    this.node = node;
    this.folder = folder;
  }

  void run() throws IOException, InterruptedException, DemoFailedException {
    say(
        "A node starts in a process of its own, with two agents: vlan, and fdb which depends on"
            + " it.");
    start();

    say("Configure it. Lines with a bar are progress that the agent reports while it works.");
    expect(0, "vlan blue created", "cm", "set", "vlan", "name=blue", "id=7", "ports=1:1,1:2");
    expect(0, "vlan red created", "cm", "set", "vlan", "name=red", "id=8", "description=guests");
    expect(0, "", "cm", "set", "fdb", "mac=00:04:96:1e:32:80", "vlan=blue", "port=1:1");

    say("What cannot be is refused before anything changes.");
    expect(1, "taken by vlan blue", "cm", "set", "vlan", "name=green", "id=7");
    expect(1, "1 to 4094", "cm", "set", "vlan", "name=green", "id=70000");
    expect(1, "does not exist", "cm", "set", "fdb", "mac=00:04:96:1e:32:81", "vlan=x", "port=1:1");

    say("Save it; then change something more, and do not save that.");
    expect(0, "", "config", "save", "demo");
    expect(0, "", "cm", "set", "vlan", "name=unsaved", "id=99");

    say("Kill the node with SIGKILL, and start it again on the same folder.");
    out.println("    killed process " + node.pid());
    node.kill();
    start();

    say("What was saved is there; what was not is gone, as on a switch.");
    expect(0, "blue", "cm", "walk", "vlan");
    expect(0, "00:04:96:1e:32:80", "cm", "walk", "fdb");
    refuse("unsaved", "cm", "walk", "vlan");

    say("Script it: one source file, synchronous calls, no ceremony.");
    Path script = scriptFile();
    Files.readAllLines(script).forEach(line -> out.println("    | " + line));
    script(script);

    say("A call that would deadlock is refused at once, with the cycle named.");
    deadlock();

    say("XenStore without Xen: a server of our own, a watch, and a write from the command line.");
    watch();

    say(
        "Run code on other interpreters: Python if it is here, and a JVM; nothing is installed"
            + " there.");
    gateways();

    say(
        "A protocol agent: LLDP, with lldpd at the other end of the cable if the machine allows"
            + " it. On your links it is: midplane packet lldp INTERFACE");
    lldp();

    say("Stop the node.");
    expect(0, "", "node", "stop");
    check(node.awaitEnd() == 0, "the node ended with another status than 0");
  }

  private void start() throws IOException, InterruptedException, DemoFailedException {
    out.println("    $ midplane node start --data … --agent …VlanAgent --agent …FdbAgent");
    String address = node.start();
    out.println("    ready " + folder.relativize(Path.of(address)));
  }

  private void deadlock() throws DemoFailedException {
    List<String> lines = new ArrayList<>();
    Deadlocks.run(lines::add);
    String refusal =
        lines.stream()
            .filter(line -> line.startsWith("a call comes back: "))
            .findFirst()
            .orElse("no refusal");
    out.println("    " + refusal);
    check(refusal.contains("deadlock L2"), "the deadlock was not refused");
  }

  private void watch() throws DemoFailedException {
    String socket = folder.resolve("xenstore").toString();
    try (var server = XenStoreServer.builder().socket(Path.of(socket)).start();
        XenStore store = XenStore.connect(Path.of(socket));
        Monitor monitor = store.monitor()) {
      out.println("    watching /vm/web");
      var subscription = monitor.watch("/vm/web");
      event(monitor, "/vm/web");
      expect(0, "", "xenstore", "write", "--socket", socket, "/vm/web/state", "running");
      event(monitor, "/vm/web/state");
      out.println("    /vm/web/state is " + store.readText("/vm/web/state"));
      subscription.close();
    }
  }

  private void gateways() throws DemoFailedException {
    if (isHere("python3")) {
      String python = "channel.send(channel.receive() * 2)";
      expect(0, "42", "gateway", "exec", "popen//python=python3", "-e", python, "--send", "21");
    } else {
      out.println("    python3 is not on the PATH, so this is left out");
    }
    String java = "channel.send((Integer) channel.receive() * 2);";
    expect(0, "42", "gateway", "exec", "popen", "-e", java, "--send", "21");
  }

  private static boolean isHere(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
  }

  private void lldp() throws IOException, InterruptedException, DemoFailedException {
    out.println("    lldpd and the agent, on a cable between two network namespaces:");
    Optional<String> reason = DemoLldpd.run(folder, line -> out.println("    " + line));
    if (reason.isPresent()) {
      out.println("    not here: " + reason.get() + " (it takes lldpd, iproute2 and root)");
      out.println("    a link in memory instead, with the frame that a real lldpd sent:");
      String neighbour = DemoLldp.run(line -> out.println("    " + line));
      check(neighbour.equals("leaf-1"), "the neighbour was " + neighbour + ", expected leaf-1");
    }
  }

  private void event(Monitor monitor, String path) throws DemoFailedException {
    Optional<WatchEvent> event = monitor.next(WATCH_DEADLINE);
    event.ifPresent(seen -> out.println("    event at " + seen.path()));
    check(event.map(WatchEvent::path).filter(path::equals).isPresent(), "no event at " + path);
  }

  private void expect(int status, String text, String... arguments) throws DemoFailedException {
    Seen seen = midplane(arguments);
    String command = String.join(" ", arguments);
    check(seen.status == status, command + ": status " + seen.status + ", expected " + status);
    check(seen.output.contains(text), command + ": \"" + text + "\" was not to be seen");
  }

  private void refuse(String text, String... arguments) throws DemoFailedException {
    check(!quietly(arguments).output.contains(text), "\"" + text + "\" was to be seen");
  }

  /** Runs a command line as the shell would, and shows it. */
  private Seen midplane(String... arguments) {
    out.println("    $ midplane " + shown(arguments));
    Seen seen = quietly(arguments);
    seen.output.lines().forEach(line -> out.println("    | " + line));
    out.flush();
    return seen;
  }

  private Seen quietly(String... arguments) {
    var bytes = new ByteArrayOutputStream();
    try (var stream = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      Map<String, String> environment = Map.of("MIDPLANE_DATA", node.data().toString());
      int status = Main.run(stream, stream, environment, arguments);
      return new Seen(status, bytes.toString(StandardCharsets.UTF_8));
    }
  }

  private String shown(String... arguments) {
    return String.join(" ", arguments).replace(folder + "/", "");
  }

  /** Runs the script in a process of its own, as it prints to the process's own output. */
  private void script(Path script) throws IOException, InterruptedException, DemoFailedException {
    out.println("    $ midplane script " + script.getFileName());
    ProcessBuilder program =
        MidplaneProgram.with("--data", node.data().toString(), "script", script.toString());
    Process process = program.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    output.lines().forEach(line -> out.println("    | " + line));
    check(process.waitFor() == 0, "the script ended with status " + process.exitValue());
    check(output.contains("blue"), "the script did not print the VLANs");
  }

  private Path scriptFile() throws IOException, DemoFailedException {
    Path script = folder.resolve("vlans.java");
    try (InputStream source = Demo.class.getResourceAsStream(SCRIPT)) {
      if (source == null) {
        throw new DemoFailedException(SCRIPT + " is missing from the class path");
      }
      Files.copy(source, script);
    }
    return script;
  }

  private void say(String what) {
    step++;
    out.println((step == 1 ? "" : "\n") + step + ". " + what);
    out.flush();
  }

  private static void check(boolean holds, String failure) throws DemoFailedException {
    if (!holds) {
      throw new DemoFailedException(failure);
    }
  }

  private record Seen(int status, String output) {}
}
