package io.midplane.xenstore;

import static io.midplane.xenstore.wire.MessageType.*;

import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.MessageType;
import io.midplane.xenstore.wire.Permission;
import io.midplane.xenstore.wire.Texts;
import io.midplane.xenstore.wire.XenStoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What can be done with nodes: outside of transactions ({@link XenStore}) or inside of one ({@link
 * Transaction}).
 *
 * <p>A path that does not begin with {@code /} is relative to the caller's home, {@code
 * /local/domain/N}. Values are bytes, any bytes; the methods for text use UTF-8. Each method blocks
 * until the answer is there, but for the {@code Async} ones, whose stages complete on a virtual
 * thread. Every method may throw, or its stage fail with:
 *
 * <ul>
 *   <li>{@link XenStoreException}, the server's error with its name;
 *   <li>{@link io.midplane.calls.MidplaneException} INVALID_ARGUMENT for a path or a permission
 *       that breaks a rule and LIMIT_EXCEEDED for what is too long, with nothing sent; TIMED_OUT,
 *       CANCELLED (the thread was interrupted), CALLEE_DIED if the connection ended under the call,
 *       UNREACHABLE if it had ended before, CLOSED, PROTOCOL_VIOLATION;
 *   <li>{@link io.midplane.calls.DeadlockDetectedException} from a blocking method on a thread that
 *       must not wait.
 * </ul>
 */
public abstract sealed class Nodes permits XenStore, Transaction {
  private final Caller caller;

  Nodes(Caller caller) {
    this.caller = caller;
  }

  Caller caller() {
    return caller;
  }

  /** The transaction the requests belong to; throws if it is over. */
  abstract TransactionId transaction();

  private Request request(MessageType type, String path) {
    return Requests.ofNode(type, transaction(), path);
  }

  // ---- values

  /** The value of a node. NOT_FOUND (ENOENT) if there is none. Blocks: yes. */
  public byte[] read(String path) {
    return caller.call(request(READ, path), "readAsync()");
  }

  /** As {@link #read(String)}. Blocks: no. */
  public CompletionStage<byte[]> readAsync(String path) {
    return caller.callAsync(request(READ, path));
  }

  /** The value of a node, or something else if there is no such node. Blocks: yes. */
  public byte[] read(String path, byte[] fallback) {
    return find(path).orElse(fallback);
  }

  /** The value of a node, empty if there is no such node; other errors are thrown. Blocks: yes. */
  public Optional<byte[]> find(String path) {
    try {
      return Optional.of(read(path));
    } catch (XenStoreException e) {
      return emptyIfMissing(e);
    }
  }

  private static <T> Optional<T> emptyIfMissing(XenStoreException e) {
    if (e.errorName().equals(ErrorName.ENOENT)) {
      return Optional.empty();
    }
    throw e;
  }

  /** The value of a node as text. Blocks: yes. */
  public String readText(String path) {
    return text(read(path));
  }

  /** The value of a node as text, or another text if there is no such node. Blocks: yes. */
  public String readText(String path, String fallback) {
    return find(path).map(Nodes::text).orElse(fallback);
  }

  /** As {@link #readText(String)}. Blocks: no. */
  public CompletionStage<String> readTextAsync(String path) {
    return readAsync(path).thenApply(Nodes::text);
  }

  private static String text(byte[] value) {
    return new String(value, StandardCharsets.UTF_8);
  }

  /**
   * The values of many nodes, the requests sent together: several times as fast as one by one. A
   * path without a node is not in the result. Blocks: yes.
   */
  public Map<String, byte[]> readAll(Collection<String> paths) {
    List<Request> requests = new ArrayList<>(paths.size());
    for (String path : paths) {
      requests.add(request(READ, path));
    }
    Map<String, byte[]> values = new LinkedHashMap<>();
    List<Answer> answers = caller.callAll(requests, "readAsync()");
    for (int i = 0; i < answers.size(); i++) {
      if (!isMissing(answers.get(i))) {
        values.put(requests.get(i).subject(), answers.get(i).payload());
      }
    }
    return values;
  }

  private static boolean isMissing(Answer answer) {
    return answer instanceof Answer.Failed(XenStoreException e)
        && e.errorName().equals(ErrorName.ENOENT);
  }

  /** Sets a value; makes the node and its ancestors if they are missing. Blocks: yes. */
  public void write(String path, byte[] value) {
    caller.call(Requests.write(transaction(), path, value), "writeAsync()");
  }

  /** Sets a value to a text. Blocks: yes. */
  public void write(String path, String text) {
    write(path, text.getBytes(StandardCharsets.UTF_8));
  }

  /** As {@link #write(String, byte[])}. Blocks: no. */
  public CompletionStage<@Nullable Void> writeAsync(String path, byte[] value) {
    return done(caller.callAsync(Requests.write(transaction(), path, value)));
  }

  /** As {@link #write(String, String)}. Blocks: no. */
  public CompletionStage<@Nullable Void> writeAsync(String path, String text) {
    return writeAsync(path, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Sets many values, the requests sent together; not atomic, for that use a transaction. The first
   * error is thrown when all have been answered. Blocks: yes.
   */
  public void writeAll(Map<String, byte[]> values) {
    List<Request> requests = new ArrayList<>(values.size());
    values.forEach((path, value) -> requests.add(Requests.write(transaction(), path, value)));
    for (Answer answer : caller.callAll(requests, "writeAsync()")) {
      var unused = answer.payload();
    }
  }

  // ---- nodes

  /** Makes a node with an empty value; one that is there stays as it is. Blocks: yes. */
  public void mkdir(String path) {
    caller.call(request(MKDIR, path), "mkdirAsync()");
  }

  /** As {@link #mkdir}. Blocks: no. */
  public CompletionStage<@Nullable Void> mkdirAsync(String path) {
    return done(caller.callAsync(request(MKDIR, path)));
  }

  /**
   * Removes a node and all below it. A missing node is no error if its parent is there; else it is
   * NOT_FOUND (ENOENT). Blocks: yes.
   */
  public void remove(String path) {
    caller.call(request(RM, path), "removeAsync()");
  }

  /** As {@link #remove}. Blocks: no. */
  public CompletionStage<@Nullable Void> removeAsync(String path) {
    return done(caller.callAsync(request(RM, path)));
  }

  /** Whether a node is there. Blocks: yes. */
  public boolean exists(String path) {
    return find(path).isPresent();
  }

  /** As {@link #exists}. Blocks: no. */
  public CompletionStage<Boolean> existsAsync(String path) {
    return readAsync(path)
        .thenApply(value -> true)
        .exceptionally(failure -> {
          XenStoreException refused = refused(failure);
          if (refused != null && refused.errorName().equals(ErrorName.ENOENT)) {
            return false;
          }
          throw failure instanceof CompletionException known
              ? known
              : new CompletionException(failure);
        });
  }

  /**
   * The names of a node's children, in the server's order. A list that is too long for a message is
   * fetched in parts; if it changes meanwhile, from the beginning. Blocks: yes.
   */
  public List<String> list(String path) {
    Request request = request(DIRECTORY, path);
    try {
      return Texts.split(caller.call(request, "listAsync()"));
    } catch (XenStoreException e) {
      if (!e.errorName().equals(ErrorName.E2BIG)) {
        throw e;
      }
      return new DirectoryParts(caller, request).read(e);
    }
  }

  /** As {@link #list}. Blocks: no. */
  public CompletionStage<List<String>> listAsync(String path) {
    Request request = request(DIRECTORY, path);
    return caller
        .callAsync(request)
        .thenApply(Texts::split)
        .exceptionallyCompose(failure -> {
          XenStoreException refused = refused(failure);
          return refused == null || !refused.errorName().equals(ErrorName.E2BIG)
              ? CompletableFuture.failedStage(failure)
              : Caller.later(() -> new DirectoryParts(caller, request).read(refused));
        });
  }

  private static @Nullable XenStoreException refused(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof XenStoreException refused ? refused : null;
  }

  /**
   * A node and all below it, each with its value and its children's names. What vanishes meanwhile
   * is left out. Blocks: while it is consumed; lazily, one node at a time.
   */
  public Stream<WalkedNode> walk(String top, WalkOrder order) {
    return new Walk(this, order).from(top);
  }

  // ---- permissions

  /** Who may do what with a node; the owner first. Blocks: yes. */
  public List<Permission> permissions(String path) {
    return Requests.permissions(
        caller.call(Requests.getPermissions(transaction(), path), "permissionsAsync()"));
  }

  /** As {@link #permissions}. Blocks: no. */
  public CompletionStage<List<Permission>> permissionsAsync(String path) {
    return caller
        .callAsync(Requests.getPermissions(transaction(), path))
        .thenApply(Requests::permissions);
  }

  /** Sets who may do what with a node; the owner first. Blocks: yes. */
  public void setPermissions(String path, List<Permission> permissions) {
    caller.call(Requests.setPermissions(transaction(), path, permissions), "setPermissionsAsync()");
  }

  /** The same from texts such as {@code b0}. Blocks: yes. */
  public void setPermissions(String path, String... permissions) {
    setPermissions(path, Stream.of(permissions).map(Permission::parse).toList());
  }

  /** As {@link #setPermissions(String, List)}. Blocks: no. */
  public CompletionStage<@Nullable Void> setPermissionsAsync(
      String path, List<Permission> permissions) {
    return done(caller.callAsync(Requests.setPermissions(transaction(), path, permissions)));
  }

  static CompletionStage<@Nullable Void> done(CompletionStage<byte[]> stage) {
    Function<byte[], @Nullable Void> nothing = payload -> null;
    return stage.thenApply(nothing);
  }
}
