package io.midplane.node;

import io.midplane.protocol.northbound.v1.Reply;
import io.midplane.protocol.northbound.v1.Request;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** What the northbound server serves; the server itself knows frames, connections and limits. */
interface NorthboundService {

  /** One connection begins. Must not block. */
  Session open(Caller caller);

  /** The requests of one connection. Nothing here blocks; called on the server's thread. */
  interface Session {

    /**
     * Makes a call with a single answer. Cancelling the stage gives the call up; the stage may
     * complete on any thread.
     *
     * @param notices takes lines of progress, each before the answer
     */
    CompletionStage<Reply> call(Request request, Consumer<String> notices);

    /** Opens a stream. */
    ItemSource stream(Request request);
  }
}
