package io.midplane.node;

import io.midplane.protocol.northbound.v1.Items;
import io.midplane.protocol.northbound.v1.Reply;
import io.midplane.protocol.northbound.v1.Request;
import io.midplane.protocol.northbound.v1.StatusReply;
import java.util.Collections;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A service whose answers a test gives: each call and each pull waits until it does. */
final class ScriptedService implements NorthboundService {

  /** A call that the service got. */
  record Got(
      Caller caller, Request request, Consumer<String> notices, CompletableFuture<Reply> answer) {
    void reply() {
      answer.complete(ScriptedService.reply(0));
    }
  }

  /** A stream that a client opened. */
  static final class Opened implements ItemSource {
    final BlockingQueue<Pull> pulls = new LinkedBlockingQueue<>();
    final CompletableFuture<Boolean> closed = new CompletableFuture<>();

    @Override
    public CompletionStage<Batch> next(int max) {
      Pull pull = new Pull(max, new CompletableFuture<>());
      pulls.add(pull);
      return pull.batch();
    }

    @Override
    public void close() {
      closed.complete(true);
    }

    Pull nextPull() {
      return ScriptedService.take(pulls);
    }

    /** The next pull; null if none comes for a while. */
    @Nullable Pull nextPullIfAny() throws InterruptedException {
      return pulls.poll(500, TimeUnit.MILLISECONDS);
    }
  }

  /** A client asks for so many items. */
  record Pull(int max, CompletableFuture<ItemSource.Batch> batch) {
    void give(int items, boolean last) {
      give(items, "x", last);
    }

    void give(int items, String text, boolean last) {
      Items piece = Items.newBuilder().setText(text).build();
      batch.complete(new ItemSource.Batch(Collections.nCopies(items, piece), items, last));
    }
  }

  private final BlockingQueue<Got> calls = new LinkedBlockingQueue<>();
  private final BlockingQueue<Opened> streams = new LinkedBlockingQueue<>();

  static Reply reply(int bytes) {
    return Reply.newBuilder()
        .setStatus(StatusReply.newBuilder().setName("x".repeat(bytes)))
        .build();
  }

  Got nextCall() {
    return take(calls);
  }

  Opened nextStream() {
    return take(streams);
  }

  private static <T> T take(BlockingQueue<T> queue) {
    try {
      T taken = queue.poll(20, TimeUnit.SECONDS);
      if (taken == null) {
        throw new AssertionError("nothing came within 20 s");
      }
      return taken;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public Session open(Caller caller) {
    return new Session() {
      @Override
      public CompletionStage<Reply> call(Request request, Consumer<String> notices) {
        if (request.hasStop()) {
          throw new IllegalStateException("a bug of the service");
        }
        Got got = new Got(caller, request, notices, new CompletableFuture<>());
        calls.add(got);
        return got.answer();
      }

      @Override
      public ItemSource stream(Request request) {
        Opened opened = new Opened();
        streams.add(opened);
        return opened;
      }
    };
  }
}
