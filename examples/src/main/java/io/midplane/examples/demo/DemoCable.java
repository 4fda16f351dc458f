package io.midplane.examples.demo;

import io.midplane.actors.Event;
import io.midplane.actors.EventId;
import io.midplane.actors.Midplane;
import io.midplane.cm.Configuration;
import io.midplane.examples.lldp.LldpAgent;
import io.midplane.examples.lldp.LldpIdentity;
import io.midplane.protocol.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The far side of {@link DemoLldpd}: runs as the first process of namespaces that are its own, so
 * that whatever it lays, mounts and starts is gone when it ends, and it ends when whoever started
 * it does.
 */
final class DemoCable {
  /** What it prints once the cable is laid and lldpd runs. */
  static final String READY = "ready";

  private static final String NAME = "midplane-demo";
  private static final String THERE = "there";
  private static final String SOCKET = "/run/lldpd.sock";
  private static final Path LOG = Path.of("/run/lldpd.log");
  private static final int DEADLINE_SECONDS = 20;
  private static final int STEP_MILLIS = 100;

  private DemoCable() {}

  /** Prints what is seen; status 0 if all of it was. */
  public static void main(String[] arguments) throws Exception {
    System.setProperty("logback.configurationFile", "io/midplane/examples/demo/logback.xml");
    Thread.ofPlatform().daemon().name("demo-cable-end").start(DemoCable::endWithTheDemo);
    // Of this process alone, as its other mounts are: lldpd's own folder and the names of `ip
    // netns`.
    run("mount", "-t", "tmpfs", "tmpfs", "/run");
    Files.createDirectory(Path.of("/run/lldpd"));
    run("ip", "netns", "add", THERE);
    run("ip", "link", "add", "swp1", "type", "veth", "peer", "name", "eth0", "netns", THERE);
    run("ip", "link", "set", "swp1", "up");
    run("ip", "-n", THERE, "link", "set", "eth0", "up");
    Process lldpd = lldpd();
    say(READY);
    exchange(lldpd);
  }

  /** Its input ends when the demo does, even if that is killed. */
  private static void endWithTheDemo() {
    try {
      while (System.in.read() >= 0) {
        // Nobody says anything.
      }
    } catch (IOException closed) {
      // The same.
    }
    Runtime.getRuntime().halt(1);
  }

  private static Process lldpd() throws IOException, InterruptedException {
    String namespace = "--net=/run/netns/" + THERE;
    Process lldpd =
        new ProcessBuilder("nsenter", namespace, "lldpd", "-d", "-u", SOCKET, "-I", "eth0")
            .redirectErrorStream(true)
            .redirectOutput(LOG.toFile())
            .start();
    await(() -> attempt(lldpcli("show", "chassis")).status == 0, lldpd);
    run(lldpcli("configure", "lldp", "tx-interval", "1"));
    run(lldpcli("configure", "lldp", "tx-hold", "2"));
    return lldpd;
  }

  private static void exchange(Process lldpd) throws IOException, InterruptedException {
    try (Midplane midplane = Midplane.start()) {
      BlockingQueue<Event> events = new LinkedBlockingQueue<>();
      midplane.events().subscribe(EventId.of("lldp", "neighbor"), events::add);
      midplane.spawn(new LldpAgent(LldpIdentity.of(NAME)), "lldp");
      Configuration config = Configuration.of(midplane);
      config.set("lldp_port", Row.of("name", "swp1", "interval", 1, "hold", 2));

      expect(events, "added");
      say(
          "the agent knows lldpd: "
              + config.walk("lldp_neighbor").stream().findFirst().orElseThrow());

      await(() -> neighborsOfLldpd().contains(NAME), lldpd);
      neighborsOfLldpd()
          .lines()
          .map(String::strip)
          .filter(line -> line.startsWith("SysName") || line.startsWith("PortID"))
          .forEach(line -> say("lldpd knows the agent: " + line.replaceAll("\\s+", " ")));

      lldpd.destroyForcibly();
      say("lldpd is killed; it said that it is to be forgotten after 2 s of silence");
      expect(events, "removed");
      say(
          "the agent forgot it: lldp_neighbor has "
              + config.walk("lldp_neighbor").stream().count()
              + " rows");
    }
  }

  private static void expect(BlockingQueue<Event> events, String what)
      throws InterruptedException, IOException {
    EventId expected = EventId.of("lldp", "neighbor", what);
    Event event = events.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
    while (event != null && !event.id().equals(expected)) {
      event = events.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
    if (event == null) {
      throw new IOException("no " + expected + "; lldpd said: " + Files.readString(LOG));
    }
  }

  private static String neighborsOfLldpd() {
    return attempt(lldpcli("show", "neighbors")).output;
  }

  private static String[] lldpcli(String... words) {
    List<String> command = new ArrayList<>(List.of("lldpcli", "-u", SOCKET));
    command.addAll(List.of(words));
    return command.toArray(String[]::new);
  }

  /** What must become true, by asking again and again while lldpd runs. */
  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(Condition condition, Process lldpd)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!condition.holds()) {
      if (lldpd.waitFor(STEP_MILLIS, TimeUnit.MILLISECONDS) || System.nanoTime() - end > 0) {
        throw new IOException("lldpd: " + Files.readString(LOG).strip());
      }
    }
  }

  private record Outcome(int status, String output) {}

  private static Outcome attempt(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Outcome(process.waitFor(), output.strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void run(String... command) throws IOException {
    Outcome outcome = attempt(command);
    if (outcome.status != 0) {
      throw new IOException(String.join(" ", command) + ": " + outcome.output);
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
