package io.midplane.cm;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.cm.CmBackendProtocol.Notice;
import io.midplane.cm.CmBackendProtocol.Reply;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between an agent and one caller who prints: calls him for each notice, on its own thread,
 * and hands on the reply behind the last one. Ends with the reply, with the agent, or when told one
 * because the caller has given up.
 *
 * @param callback prints a line; must not block, and blocking calls are refused in it
 * @param replyTo waits for the reply
 * @param agent sends notices and reply
 */
record Printer(Consumer<String> callback, ActorRef<Reply> replyTo, ActorRef<?> agent) {

  private static final Logger LOG = LoggerFactory.getLogger(Printer.class);

  Behavior<Reply> behavior() {
    return Behaviors.setup(context -> {
      context.watch(agent);
      return Behaviors.receive(Reply.class)
          .onMessage(Notice.class, this::onNotice)
          .onAnyMessage(this::onReply)
          .onSignal(Terminated.class, gone -> Behaviors.stopped())
          .build();
    });
  }

  private Behavior<Reply> onNotice(Notice notice) {
    try {
      callback.accept(notice.text());
    } catch (RuntimeException failure) {
      LOG.warn("CM-0301 printing the notice \"{}\" failed", notice.text(), failure);
    }
    return Behaviors.same();
  }

  private Behavior<Reply> onReply(Reply reply) {
    replyTo.tell(reply);
    return Behaviors.stopped();
  }
}
