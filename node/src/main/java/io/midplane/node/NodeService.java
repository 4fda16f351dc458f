package io.midplane.node;

import io.midplane.actors.EventId;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.cm.Configuration;
import io.midplane.protocol.northbound.v1.Reply;
import io.midplane.protocol.northbound.v1.Request;
import io.midplane.protocol.northbound.v1.StopReply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node's clients can ask: its runtime and the configuration in it. */
final class NodeService implements NorthboundService {
  private static final Logger LOG = LoggerFactory.getLogger(NodeService.class);

  private final RunningNode node;
  private final int eventBuffer;

  /**
   * @param eventBuffer how many events are kept for a client that does not read them
   */
  NodeService(RunningNode node, int eventBuffer) {
    this.node = node;
    this.eventBuffer = eventBuffer;
  }

  @Override
  public Session open(Caller caller) {
    // Stages complete on the thread that answers: what follows only encodes, and writes if it can.
    Configuration configuration =
        Configuration.of(node.midplane()).as(caller.user()).completingOn(Runnable::run);
    return new ClientSession(caller, configuration);
  }

  private final class ClientSession implements Session {
    private final Caller caller;
    private final Configuration configuration;

    ClientSession(Caller caller, Configuration configuration) {
      this.caller = caller;
      this.configuration = configuration;
    }

    @Override
    public CompletionStage<Reply> call(Request request, Consumer<String> notices) {
      return switch (request.getCallCase()) {
        case STATUS -> node.status();
        case STOP -> stop();
        case TABLES -> tables(request, notices).tables();
        case GET -> tables(request, notices).get(request.getGet());
        case SET -> tables(request, notices).set(request.getSet());
        case OPERATE -> tables(request, notices).operate(request.getOperate());
        case SAVE -> saved(request, notices).save(request.getSave());
        case LIST -> saved(request, notices).list();
        case USE -> saved(request, notices).use(request.getUse());
        case WATCH, WALK, SHOW, DIFF, CALL_NOT_SET -> throw wrongForm(request);
      };
    }

    @Override
    public ItemSource stream(Request request) {
      return switch (request.getCallCase()) {
        case WATCH -> watch(request.getWatch().getPrefix());
        case WALK -> tables(request, line -> {}).walk(request.getWalk());
        case SHOW -> saved(request, line -> {}).show(request.getShow());
        case DIFF -> saved(request, line -> {}).diff(request.getDiff());
        case STATUS, STOP, GET, SET, OPERATE, TABLES, SAVE, LIST, USE, CALL_NOT_SET ->
            throw wrongForm(request);
      };
    }

    private TableCalls tables(Request request, Consumer<String> notices) {
      return new TableCalls(view(request, notices));
    }

    private SavedCalls saved(Request request, Consumer<String> notices) {
      return new SavedCalls(view(request, notices));
    }

    /** The configuration with this request's deadline, and its caller's printer if it has one. */
    private Configuration view(Request request, Consumer<String> notices) {
      Configuration view = configuration;
      if (request.getTimeoutMillis() != 0) {
        view = view.timeout(Duration.ofMillis(Integer.toUnsignedLong(request.getTimeoutMillis())));
      }
      return request.getNotices() ? view.printing(notices) : view;
    }

    private CompletionStage<Reply> stop() {
      LOG.info("NODE-0105 user {} ({}) asks the node to stop", caller.user(), caller.program());
      node.stop("node stop of user " + caller.user());
      return CompletableFuture.completedFuture(
          Reply.newBuilder().setStop(StopReply.getDefaultInstance()).build());
    }

    private ItemSource watch(String prefix) {
      var source = new EventSource(eventBuffer);
      source.attach(node.midplane().events().subscribe(EventId.parse(prefix), source::offer));
      return source;
    }

    private static IllegalArgumentException wrongForm(Request request) {
      return new IllegalArgumentException(request.getCallCase() + " came to the wrong place");
    }
  }

  /** The error for what a request lacks. */
  static MidplaneException missing(String field, String expected) {
    return new MidplaneException(
        ErrorCode.INVALID_ARGUMENT, field + ": missing (expected: " + expected + ")");
  }
}
