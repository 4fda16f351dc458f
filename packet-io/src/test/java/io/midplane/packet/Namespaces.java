package io.midplane.packet;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Network namespaces of a test's own, and the cables between them; gone when closed. */
final class Namespaces implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String prefix =
      "mp" + ProcessHandle.current().pid() + "n" + COUNT.incrementAndGet();
  private final List<String> made = new ArrayList<>();

  /** Skips the test where there can be none; in CI it fails. */
  Namespaces() {
    String probe = name("probe");
    Outcome outcome = attempt("ip", "netns", "add", probe);
    if (outcome.status() != 0) {
      String reason =
          "namespaces are refused here: "
              + outcome.output().strip()
              + "; UserNamespaceTest runs these tests without root";
      if (System.getenv("CI") == null) {
        abort(reason);
      }
      throw new AssertionError(reason);
    }
    made.add(probe);
  }

  /** What became of a program. */
  record Outcome(int status, String output) {}

  private String name(String part) {
    return prefix + part;
  }

  /** A new namespace whose name ends so. */
  String add(String part) {
    String name = name(part);
    run("ip", "netns", "add", name);
    made.add(name);
    run("ip", "-n", name, "link", "set", "lo", "up");
    return name;
  }

  /** A cable between two namespaces, up. */
  void cable(String left, String leftName, String right, String rightName, int mtu) {
    run(
        "ip", "link", "add", leftName, "netns", left, "type", "veth", "peer", "name", rightName,
        "netns", right);
    up(left, leftName, mtu);
    up(right, rightName, mtu);
  }

  private void up(String namespace, String name, int mtu) {
    // Without addresses of its own IPv6 is silent.
    ip(namespace, "link", "set", name, "addrgenmode", "none");
    ip(namespace, "link", "set", name, "mtu", String.valueOf(mtu), "up");
  }

  /** Runs ip inside a namespace. */
  String ip(String namespace, String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip", "-n", namespace));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  /** Runs a program inside a namespace. */
  String exec(String namespace, String... command) {
    List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    whole.addAll(List.of(command));
    return run(whole.toArray(String[]::new));
  }

  /** Runs a program; it must succeed. */
  static String run(String... command) {
    Outcome outcome = attempt(command);
    if (outcome.status() != 0) {
      throw new AssertionError(
          String.join(" ", command) + ": " + outcome.status() + ": " + outcome.output());
    }
    return outcome.output();
  }

  /** Runs a program. */
  static Outcome attempt(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Outcome(-1, "did not end within 60 s: " + output);
      }
      return new Outcome(process.exitValue(), output);
    } catch (IOException e) {
      return new Outcome(-1, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    made.forEach(name -> attempt("ip", "netns", "delete", name));
  }
}
