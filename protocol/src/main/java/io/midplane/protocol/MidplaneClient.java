package io.midplane.protocol;

import io.midplane.calls.BlockingGate;
import io.midplane.calls.CallGraph;
import io.midplane.calls.Operation;
import io.midplane.protocol.northbound.v1.Reply;
import io.midplane.protocol.northbound.v1.Request;
import io.midplane.protocol.northbound.v1.StatusRequest;
import io.midplane.protocol.northbound.v1.StopRequest;
import io.midplane.protocol.northbound.v1.WatchRequest;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a running node over its Unix socket, for programs and scripts outside the node.
 *
 * {@snippet :
 * try (var node = MidplaneClient.connect()) {
 *   node.configuration().walk("vlan").forEach(IO::println);
 * }
 * }
 *
 * <p>One connection carries many calls at once, from any number of threads; there is no thread per
 * call. Among the threads that wait, one reads the answers for all; a virtual thread reads while
 * only asynchronous calls are open. Every call has a deadline. When the node ends or {@link
 * #close()} is called, every open call fails at once; a client whose connection ended stays so,
 * connect anew. Thread-safe.
 *
 * <p>How blocking and {@code Async} methods behave and fail is said at {@link RemoteConfiguration}.
 * The wire format is in {@code docs/reference/northbound.md}.
 */
public final class MidplaneClient implements AutoCloseable {
  /** The version of frames and messages that this client speaks. */
  public static final int PROTOCOL_VERSION = 1;

  private final Connection connection;
  private final Caller caller;

  private MidplaneClient(Connection connection, Caller caller) {
    this.connection = connection;
    this.caller = caller;
  }

  /**
   * Connects to the node of this user: MIDPLANE_SOCKET, else {@code midplane.sock} in the data
   * folder ({@link NodePaths}). Blocks: yes.
   *
   * @throws io.midplane.calls.MidplaneException as {@link #connect(ClientSettings)}
   */
  public static MidplaneClient connect() {
    return connect(ClientSettings.defaults());
  }

  /**
   * Connects to the node that listens on a socket. Blocks: yes.
   *
   * @throws io.midplane.calls.MidplaneException as {@link #connect(ClientSettings)}
   */
  public static MidplaneClient connect(Path socket) {
    return connect(ClientSettings.defaults().socket(socket));
  }

  /**
   * Connects as the settings say. Blocks: yes.
   *
   * @throws io.midplane.calls.MidplaneException UNREACHABLE if no node listens there, NOT_ALLOWED
   *     if the socket is another user's, INVALID_ARGUMENT for a path that is too long, TIMED_OUT,
   *     CANCELLED, UNSUPPORTED if the node speaks another version, PROTOCOL_VIOLATION if it is no
   *     node; {@link io.midplane.calls.DeadlockDetectedException} on a thread that must not wait
   */
  public static MidplaneClient connect(ClientSettings settings) {
    var gate = new BlockingGate(new CallGraph());
    gate.checkMayBlock(new Operation("connect", "connectAsync()"));
    var connection = Connection.open(settings);
    return new MidplaneClient(connection, Caller.over(connection, gate, settings));
  }

  /** As {@link #connect(ClientSettings)}. Blocks: no. */
  public static CompletionStage<MidplaneClient> connectAsync(ClientSettings settings) {
    return VirtualThreads.supply(() -> connect(settings));
  }

  /** The node's configuration: tables and saved files. Blocks: no. */
  public RemoteConfiguration configuration() {
    return new RemoteConfiguration(caller, null);
  }

  /** The state of the node and its agents. Blocks: yes. */
  public NodeInfo status() {
    return node(caller.call(statusRequest(), CallText.of("status"), "statusAsync()"));
  }

  /** As {@link #status}. Blocks: no. */
  public CompletionStage<NodeInfo> statusAsync() {
    return caller.callAsync(statusRequest(), CallText.of("status"), MidplaneClient::node);
  }

  private static Request.Builder statusRequest() {
    return Request.newBuilder().setStatus(StatusRequest.getDefaultInstance());
  }

  private static NodeInfo node(Reply reply) {
    return Replies.node(reply.getStatus());
  }

  /** Stops the node; returns when it has begun to stop. What is not saved is lost. Blocks: yes. */
  public void stop() {
    var unused = caller.call(stopRequest(), CallText.of("stop"), "stopAsync()");
  }

  /** As {@link #stop}. Blocks: no. */
  public CompletionStage<@Nullable Void> stopAsync() {
    return caller.callAsync(stopRequest(), CallText.of("stop"), Replies::nothing);
  }

  private static Request.Builder stopRequest() {
    return Request.newBuilder().setStop(StopRequest.getDefaultInstance());
  }

  /**
   * The events whose id begins with a prefix of whole segments; an empty one stands for every
   * event. When this returns, no later event is missed. The next event is waited for without limit.
   * Blocks: yes.
   */
  public RemoteEvents watch(String prefix) {
    var what = CallText.of("watch", prefix);
    caller.checkMayBlock(what, "watchAsync()");
    var request = Request.newBuilder().setWatch(WatchRequest.newBuilder().setPrefix(prefix));
    var events = new RemoteEvents(caller, caller.stream(request, what));
    events.awaitOpened();
    return events;
  }

  /** As {@link #watch}. Blocks: no. */
  public CompletionStage<RemoteEvents> watchAsync(String prefix) {
    return VirtualThreads.supply(() -> watch(prefix));
  }

  /**
   * Ends the connection: every open call fails with CLOSED, the node drops what it did for them.
   * Blocks: no.
   */
  @Override
  public void close() {
    connection.close();
  }
}
