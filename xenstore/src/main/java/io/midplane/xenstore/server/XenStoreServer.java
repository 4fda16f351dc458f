package io.midplane.xenstore.server;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.wire.DomainId;
import io.midplane.xenstore.wire.Transport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A XenStore server in this process: what the daemon of a Xen host does, without Xen.
 *
 * <pre>{@code
 * try (var server = XenStoreServer.builder().socket(path).start()) {
 *   // libxenstore, pyxs and XenStore.connect(path) find it there
 * }
 * }</pre>
 *
 * <p>Thread-safe. The tree and all connections belong to one thread, which the server starts and
 * which runs nobody else's code; no method here waits for it but {@link #close}. Rules: {@code
 * docs/behaviours/xenstore-server.md}.
 */
public final class XenStoreServer implements AutoCloseable {
  /** For the deepest tree that paths allow. */
  private static final long STACK = 4L * 1024 * 1024;

  private final Daemon daemon;
  private final List<ListeningSocket> sockets;
  private final @Nullable Path socket;
  private final Thread thread;

  private XenStoreServer(Daemon daemon, List<ListeningSocket> sockets, @Nullable Path socket) {
    this.daemon = daemon;
    this.sockets = sockets;
    this.socket = socket;
    this.thread =
        Thread.ofPlatform()
            .name("xenstore-server")
            .daemon()
            .stackSize(STACK)
            .unstarted(daemon.loop());
  }

  /** Settings to start from: no socket, no guests, nominal quotas, no trace. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts a server without a socket; clients come by {@link #transport()}. */
  public static XenStoreServer start() {
    return builder().start();
  }

  /** Where it listens, if it does. */
  public Optional<Path> socket() {
    return Optional.ofNullable(socket);
  }

  /** A new connection for domain 0, without a socket. Blocks: no. */
  public Transport transport() {
    return transport(DomainId.CONTROL);
  }

  /**
   * A new connection for a domain, without a socket. If the domain is not introduced, the
   * connection ends at once, as that of a socket does. Blocks: no.
   */
  public Transport transport(DomainId domain) {
    EventLoop loop = daemon.loop();
    Signal signal = new Signal(loop);
    InProcess ends = new InProcess("InProcess(domain " + domain + ")", signal);
    loop.execute(() -> {
      Port port = ends.port();
      Connection connection = daemon.connect(domain.value(), port, "in process");
      if (connection == null) {
        port.close();
      } else {
        signal.connection = connection;
        loop.serve(connection);
      }
    });
    return ends;
  }

  /** Has the loop look after a connection; the field belongs to the loop's thread. */
  private static final class Signal implements Runnable {
    private final EventLoop loop;
    private @Nullable Connection connection;

    private Signal(EventLoop loop) {
      this.loop = loop;
    }

    @Override
    public void run() {
      loop.execute(() -> {
        Connection known = connection;
        if (known != null) {
          loop.serve(known);
        }
      });
    }
  }

  /** The nodes as they are now, as data; open transactions are not part of it. Blocks: no. */
  public StoreSnapshot snapshot() {
    return StoreSnapshot.of(daemon.store().tree());
  }

  /**
   * Puts the nodes of a snapshot in the place of all there are; every watch fires once, open
   * transactions that touched anything fail to commit. The stage fails with INVALID_ARGUMENT if a
   * path breaks a rule, and then nothing changed.
   */
  public CompletionStage<@Nullable Void> restoreAsync(StoreSnapshot snapshot) {
    return onLoop(() -> daemon.restore(snapshot));
  }

  /** Makes a domain known, as INTRODUCE does. */
  public CompletionStage<@Nullable Void> introduceAsync(DomainId domain) {
    return onLoop(() -> introduce(domain));
  }

  private void introduce(DomainId domain) {
    try {
      daemon.lifecycle().introduce(domain.value());
    } catch (Refusal refusal) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "domain " + domain + ": does not exist", refusal);
    }
  }

  /** A domain has shut down or crashed: watchers are told, once until it is resumed. */
  public CompletionStage<@Nullable Void> shutDownAsync(DomainId domain) {
    return onLoop(() -> daemon.lifecycle().shutDown(daemon.guest(domain.value())));
  }

  /** A domain is gone: its connections end, its nodes go, watchers are told. */
  public CompletionStage<@Nullable Void> destroyAsync(DomainId domain) {
    return onLoop(() -> daemon.lifecycle().release(daemon.guest(domain.value())));
  }

  /** Why commits failed lately, the oldest first; a hundred at most. */
  public CompletionStage<List<Conflict>> conflictsAsync() {
    return ask(daemon::conflicts);
  }

  /** What the server has counted. */
  public CompletionStage<ServerStatistics> statisticsAsync() {
    return ask(daemon::statistics);
  }

  private CompletionStage<@Nullable Void> onLoop(Runnable work) {
    return ask(() -> {
      work.run();
      return null;
    });
  }

  private <T extends @Nullable Object> CompletionStage<T> ask(Supplier<T> work) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    daemon.loop().answer(work, answer);
    return answer.whenCompleteAsync((result, failure) -> {}, Thread::startVirtualThread);
  }

  /**
   * Stops: the sockets' files go, connections end behind what was sent to them, the thread ends.
   * Blocks: until the thread ended, which waits for nobody. Again is harmless.
   */
  @Override
  public void close() {
    sockets.forEach(ListeningSocket::close);
    daemon.loop().stop();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    daemon.closeFiles();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "XenStoreServer(" + (socket == null ? "in process" : socket) + ")";
  }

  /** Settings of a server; not for several threads at once. */
  public static final class Builder {
    private static final long DEFAULT_EVENT_BYTES = 16L * 1024 * 1024;

    private final Map<Integer, Path> guests = new TreeMap<>();
    private final Map<Quota, Integer> quotas = new EnumMap<>(Quota.class);
    private @Nullable Path socket;
    private @Nullable Path traceFile;
    private @Nullable Path machineFolder;
    private @Nullable Machine machine;
    private IntPredicate domains = domain -> true;
    private long mostEventBytes = DEFAULT_EVENT_BYTES;

    private Builder() {}

    /**
     * Listens on a Unix socket whose clients speak for domain 0; mode 0600. A missing folder is
     * made with mode 0700.
     */
    public Builder socket(Path path) {
      socket = path;
      return this;
    }

    /** Introduces a guest and listens on a socket of its own. */
    public Builder guest(DomainId domain, Path path) {
      if (domain.isReserved() || domain.equals(DomainId.CONTROL)) {
        throw new MidplaneException(
            ErrorCode.INVALID_ARGUMENT, "guest: " + domain + " (expected: 1 to 32751)");
      }
      if (guests.putIfAbsent(domain.value(), path) != null) {
        throw new MidplaneException(
            ErrorCode.ALREADY_EXISTS, "guest: " + domain + " is given twice");
      }
      return this;
    }

    /** Writes each message in and out as a line of that file, behind what is there. */
    public Builder trace(Path file) {
      traceFile = file;
      return this;
    }

    /** Another value of a quota than the nominal one. */
    public Builder quota(Quota quota, int value) {
      if (value < 0) {
        throw new MidplaneException(
            ErrorCode.INVALID_ARGUMENT, quota.text() + ": " + value + " (expected: 0 or more)");
      }
      quotas.put(quota, value);
      return this;
    }

    /**
     * Which domains exist besides domain 0 and the guests, whether introduced or not; a hypervisor
     * would know. All by default. Asked on the server's thread: it must answer at once.
     */
    public Builder domains(IntPredicate exists) {
      domains = exists;
      return this;
    }

    /**
     * How many bytes of events wait for a client that does not read before it is disconnected; 16
     * MiB by default. Identical events wait once.
     */
    public Builder mostEventBytes(long bytes) {
      mostEventBytes = bytes;
      return this;
    }

    /**
     * Guests with rings, for tests: a folder stands for the machine, a file {@code domN.page} for
     * the page of domain N, and only such domains exist besides the guests with sockets. The layout
     * is that of the stand-in for a hypervisor which the tests of the real daemons use. Guests look
     * for replies by themselves.
     */
    public Builder machine(Path folder) {
      machineFolder = folder;
      return this;
    }

    IntPredicate domains() {
      Machine there = machine;
      IntPredicate others = there == null ? domains : there::exists;
      return domain -> guests.containsKey(domain) || others.test(domain);
    }

    @Nullable Machine machine() {
      return machine;
    }

    Map<Quota, Integer> quotas() {
      return quotas;
    }

    @Nullable Path traceFile() {
      return traceFile;
    }

    long mostEventBytes() {
      return mostEventBytes;
    }

    /**
     * Starts the server; it accepts when this returns. Blocks: for the file system only.
     *
     * @throws MidplaneException ALREADY_EXISTS if somebody serves on a socket's path or it is no
     *     socket; INVALID_ARGUMENT if a path has more than 107 bytes; IO_FAILED if it cannot be
     *     bound, or the trace not be opened
     */
    public XenStoreServer start() {
      List<ListeningSocket> sockets = new ArrayList<>();
      try {
        machine = machineFolder == null ? null : Machine.open(machineFolder);
        Daemon daemon = new Daemon(this);
        if (socket != null) {
          sockets.add(listen(daemon, socket, DomainId.CONTROL.value()));
        }
        for (Map.Entry<Integer, Path> guest : guests.entrySet()) {
          daemon.lifecycle().introduce(guest.getKey());
          sockets.add(listen(daemon, guest.getValue(), guest.getKey()));
        }
        XenStoreServer server = new XenStoreServer(daemon, List.copyOf(sockets), socket);
        server.thread.start();
        daemon.listenToGuests();
        return server;
      } catch (RuntimeException failed) {
        sockets.forEach(ListeningSocket::close);
        if (machine != null) {
          machine.close();
        }
        throw failed;
      }
    }

    private static ListeningSocket listen(Daemon daemon, Path path, int domain) {
      ListeningSocket listening = ListeningSocket.bind(path);
      daemon.loop().listen(listening.channel(), domain);
      return listening;
    }
  }
}
