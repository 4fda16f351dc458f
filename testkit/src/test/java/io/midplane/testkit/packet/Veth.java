package io.midplane.testkit.packet;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Two network namespaces joined by a cable, {@code va} and {@code vb}; gone when closed. */
final class Veth implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String left;
  private final String right;

  /** Skips the test where namespaces are refused; in CI it fails. */
  Veth() {
    String prefix = "mpk" + ProcessHandle.current().pid() + "n" + COUNT.incrementAndGet();
    left = prefix + "l";
    right = prefix + "r";
    if (run("ip", "netns", "add", left) != 0) {
      String reason = "namespaces are refused here";
      if (System.getenv("CI") == null) {
        abort(reason);
      }
      throw new AssertionError(reason);
    }
    require("ip", "netns", "add", right);
    require(
        "ip", "link", "add", "va", "netns", left, "type", "veth", "peer", "name", "vb", "netns",
        right);
    up(left, "va");
    up(right, "vb");
  }

  private static void up(String namespace, String name) {
    require("ip", "-n", namespace, "link", "set", name, "addrgenmode", "none");
    require("ip", "-n", namespace, "link", "set", name, "up");
  }

  String left() {
    return left;
  }

  String right() {
    return right;
  }

  /** What a program prints in the right namespace. */
  String atRight(String... command) {
    String[] whole = new String[command.length + 4];
    System.arraycopy(new String[] {"ip", "netns", "exec", right}, 0, whole, 0, 4);
    System.arraycopy(command, 0, whole, 4, command.length);
    try {
      Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void require(String... command) {
    int status = run(command);
    if (status != 0) {
      throw new AssertionError(String.join(" ", command) + ": status " + status);
    }
  }

  private static int run(String... command) {
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    int first = run("ip", "netns", "delete", left);
    int second = run("ip", "netns", "delete", right);
    if (first != 0 || second != 0) {
      throw new AssertionError("namespaces " + left + " and " + right + " stayed");
    }
  }
}
