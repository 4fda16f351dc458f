package io.midplane.packet.linux;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;

/**
 * A network namespace by its name, as {@code ip netns} keeps them; the empty name and {@code
 * VR-Default} are the one the process runs in. Immutable.
 *
 * @param name of the namespace
 */
public record NetworkNamespace(String name) {
  private static final String DEFAULT_ROUTER = "VR-Default";
  private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,254}");
  private static final String FOLDER = "/run/netns/";
  private static final int READ_ONLY = 0;
  private static final int NEW_NET = 0x40000000;

  /** Checks that the name could be one. */
  public NetworkNamespace {
    if (!name.isEmpty() && !NAMES.matcher(name).matches()) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "virtual router: \"" + name + "\" (expected: letters, digits, '_', '.' and '-')");
    }
  }

  /** Whether it is where the process runs. */
  public boolean isOwn() {
    return name.isEmpty() || name.equals(DEFAULT_ROUTER);
  }

  /** Moves the calling thread, for good; the thread must be a platform thread that ends soon. */
  void enter(Arena arena, MemorySegment state) {
    if (isOwn()) {
      return;
    }
    int flags = READ_ONLY | PacketSocket.CLOEXEC;
    int fd = Libc.open(state, arena.allocateFrom(FOLDER + name), flags);
    if (fd < 0) {
      throw Failures.router(name, "open " + FOLDER + name, fd);
    }
    int entered = Libc.setns(state, fd, NEW_NET);
    int unused = Libc.close(state, fd);
    if (entered < 0) {
      throw Failures.router(name, "setns", entered);
    }
  }

  /**
   * Runs something on a thread of its own inside the namespace; the sockets it opens stay there.
   * Blocks: until it is done.
   *
   * @throws io.midplane.packet.frame.PacketIoException NO_SUCH_ROUTER or NOT_PERMITTED
   */
  public <T> T call(Callable<T> task) {
    try {
      return submit(task).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof MidplaneException known
          ? known
          : new MidplaneException(ErrorCode.IO_FAILED, "failed: " + e.getCause(), e.getCause());
    }
  }

  /** As {@link #call}. Blocks: no. */
  public <T> CompletableFuture<T> submit(Callable<T> task) {
    NativeAccess.require();
    var result = new CompletableFuture<T>();
    Thread.ofPlatform()
        .daemon()
        .name("netns-" + name)
        .start(() -> {
          try (Arena arena = Arena.ofConfined()) {
            enter(arena, Libc.state(arena));
            result.complete(task.call());
          } catch (MidplaneException | Error e) {
            result.completeExceptionally(e);
          } catch (Exception e) {
            result.completeExceptionally(
                new MidplaneException(
                    ErrorCode.IO_FAILED, "in virtual router " + name + ": " + e, e));
          }
        });
    return result;
  }
}
