package io.midplane.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.midplane.actors.ServiceProtocol.Answered;
import io.midplane.actors.ServiceProtocol.Refused;
import io.midplane.actors.ServiceProtocol.Reply;
import io.midplane.actors.ServiceProtocol.Request;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.Row;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Messages between two actor systems, over Artery TCP on the loopback. */
class TwoSystemsTest {

  private static final MidplaneSettings REMOTE =
      MidplaneSettings.defaults()
          .with(
              ConfigFactory.parseString(
                  """
                  akka.actor.provider = remote
                  akka.remote.use-unsafe-remote-features-outside-cluster = on
                  akka.remote.warn-unsafe-watch-outside-cluster = off
                  akka.remote.artery {
                    transport = tcp
                    canonical { hostname = "127.0.0.1", port = 0 }
                    bind { hostname = "127.0.0.1" }
                  }
                  """));

  @RegisterExtension final RuntimeUnderTest near = RuntimeUnderTest.with(REMOTE.name("near"));
  @RegisterExtension final RuntimeUnderTest far = RuntimeUnderTest.with(REMOTE.name("far"));

  @Test
  void shouldDeliverEventsToAnActorElsewhere() {
    Queue<Event> received = new ConcurrentLinkedQueue<>();
    ActorRef<Event> there =
        far.midplane()
            .spawnActor(
                Behaviors.<Event>receiveMessage(event -> {
                  received.add(event);
                  return Behaviors.same();
                }),
                "subscriber");
    near.midplane().events().subscribe(EventId.of("cm"), seen(there));

    near.midplane().events().publisher("vlan").publish(EventId.of("cm", "set"), Row.of("id", 7));

    await().until(() -> !received.isEmpty());
    assertThat(received)
        .singleElement()
        .satisfies(event -> {
          assertThat(event.id()).isEqualTo(EventId.of("cm", "set"));
          assertThat(event.data()).isEqualTo(Row.of("id", 7));
          assertThat(event.publisher()).isEqualTo("vlan");
          assertThat(event.sequence()).isEqualTo(1);
        });
  }

  @Test
  void shouldAskAServiceElsewhere() {
    Service<Row, Row> service =
        far.midplane()
            .service(
                "table",
                row -> {
                  if (row.isEmpty()) {
                    throw new MidplaneException(ErrorCode.NOT_FOUND, "no such row");
                  }
                  return row.with("seen", true);
                });
    ActorRef<ServiceProtocol.Command<Row, Row>> there = seen(service.ref());

    Reply<Row> answered =
        near.midplane().ask(there, replyTo -> new Request<>(Row.of("id", 7), replyTo));
    Reply<Row> refused = near.midplane().ask(there, replyTo -> new Request<>(Row.empty(), replyTo));

    assertThat(answered).isEqualTo(new Answered<>(Row.of("id", 7, "seen", true)));
    assertThat(refused)
        .isInstanceOfSatisfying(
            Refused.class,
            reply -> assertThat(reply.reason().code()).isEqualTo(ErrorCode.NOT_FOUND));
  }

  @Test
  void shouldEndACallAtOnceWhenTheActorElsewhereDies() {
    ActorRef<Request<Row, Row>> dying =
        far.midplane()
            .spawnActor(
                Behaviors.<Request<Row, Row>>receiveMessage(request -> Behaviors.stopped()),
                "dying");
    ActorRef<Request<Row, Row>> there = seen(dying);

    assertThatThrownBy(() ->
            near.midplane()
                .<Request<Row, Row>, Reply<Row>>ask(
                    there, replyTo -> new Request<>(Row.empty(), replyTo), Duration.ofMinutes(5)))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CALLEE_DIED));
  }

  /** The far actor as the near system knows it. */
  private <M> ActorRef<M> seen(ActorRef<M> actor) {
    String address = ActorRefResolver.get(far.midplane().system()).toSerializationFormat(actor);
    return ActorRefResolver.get(near.midplane().system()).resolveActorRef(address);
  }
}
