package io.midplane.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AkkaAskTest {

  @RegisterExtension final RuntimeUnderTest runtime = RuntimeUnderTest.withManualTime();

  @Test
  void shouldEndAWaitThatIsLongerThanTimersReach() {
    ActorRef<ActorRef<String>> mute =
        runtime.midplane().spawnActor(Behaviors.<ActorRef<String>>ignore(), "mute");
    CompletableFuture<Throwable> end =
        runtime
            .midplane()
            .<ActorRef<String>, String>askAsync(mute, me -> me, Duration.ofDays(100_000))
            .handle((reply, failure) -> failure)
            .toCompletableFuture();

    runtime.passTime(AkkaAsk.LONGEST.minusSeconds(1));
    assertThat(end).isNotDone();
    runtime.passTime(Duration.ofSeconds(2));

    await().until(end::isDone);
    assertThat(end.join())
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMED_OUT))
        .hasMessageContaining("240 days");
  }
}
