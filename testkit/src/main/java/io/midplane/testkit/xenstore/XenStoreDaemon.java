package io.midplane.testkit.xenstore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A real XenStore daemon in a process of its own, with guests that are files; ends when closed or
 * with this JVM. For one thread.
 */
public final class XenStoreDaemon implements XenStoreUnderTest {
  private static final int GUEST_PORT = 1000;
  private static final int LOOK_AT_DOMAINS = 1;
  private static final long LOOK_EVERY_NANOS = 1_000_000;

  private final XenStoreKind kind;
  private final Path folder;
  private final Process process;
  private final Thread atExit;

  private XenStoreDaemon(XenStoreKind kind, Path folder, Process process) {
    this.kind = kind;
    this.folder = folder;
    this.process = process;
    this.atExit = new Thread(process::destroyForcibly, "xenstored-killer");
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts a daemon and waits until it answers. Blocks: yes, some 50 ms. Skips the test if the
   * daemons are not installed, or fails it where CI=true; see {@link XenStorePeers#required}.
   *
   * @param kind C or OCAML
   * @param folder for its socket and files; short, as a socket's path is limited to 107 bytes
   * @param options of {@code start-c.sh} or {@code start-ocaml.sh}
   */
  public static XenStoreDaemon start(XenStoreKind kind, Path folder, String... options) {
    XenStorePeers peers = XenStorePeers.required();
    List<String> command = new ArrayList<>();
    command.add(peers.script(kind == XenStoreKind.C ? "start-c.sh" : "start-ocaml.sh").toString());
    command.add(folder.toString());
    command.addAll(List.of(options));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.to(folder.resolve("daemon.log").toFile()))
              .start();
      var daemon = new XenStoreDaemon(kind, folder, process);
      daemon.awaitAnswer();
      return daemon;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitAnswer() throws IOException {
    long deadline = System.nanoTime() + RawConnection.PATIENCE.toNanos();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() - deadline >= 0) {
        close();
        throw new IOException(
            kind + ": did not start: " + Files.readString(folder.resolve("daemon.log")));
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }

  private boolean answers() {
    try (RawConnection connection = connect()) {
      return !connection.ask("GET_PERMS /|").equals(RawConnection.CLOSED);
    } catch (UncheckedIOException notYet) {
      return false;
    }
  }

  @Override
  public XenStoreKind kind() {
    return kind;
  }

  @Override
  public Path socket() {
    return folder.resolve("socket");
  }

  /** Whether its process runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Its process. */
  public long pid() {
    return process.pid();
  }

  /** Makes a guest that the daemon does not know yet. */
  public RawConnection create(int domain) {
    try {
      return new RawConnection(
          kind + " domain " + domain,
          RingLink.create(page(domain), () -> kick(GUEST_PORT + domain)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public RawConnection introduce(int domain) {
    RawConnection guest = create(domain);
    try (RawConnection control = connect()) {
      String answer = control.ask("INTRODUCE " + domain + "|1|1|");
      if (!answer.equals("OK|")) {
        throw new AssertionError("introduce " + domain + ": " + answer);
      }
    }
    return guest;
  }

  @Override
  public void shutDown(int domain) {
    try {
      Files.writeString(folder.resolve("dom" + domain + ".state"), "shutdown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    kick(LOOK_AT_DOMAINS);
  }

  @Override
  public void destroy(int domain) {
    try {
      Files.delete(page(domain));
      Files.deleteIfExists(folder.resolve("dom" + domain + ".state"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    kick(LOOK_AT_DOMAINS);
  }

  private Path page(int domain) {
    return folder.resolve("dom" + domain + ".page");
  }

  private void kick(int port) {
    ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(port).flip();
    try (FileChannel pipe =
        FileChannel.open(folder.resolve("evtchn.fifo"), StandardOpenOption.WRITE)) {
      pipe.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills it. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(RawConnection.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
