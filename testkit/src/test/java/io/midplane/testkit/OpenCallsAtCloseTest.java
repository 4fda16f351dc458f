package io.midplane.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.typed.ActorRef;
import io.midplane.actors.Midplane;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.testkit.EchoActor.Command;
import io.midplane.testkit.EchoActor.Swallow;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Closing a runtime is the death of all its callees. */
@MidplaneTest
class OpenCallsAtCloseTest {

  @Test
  @DisplayName("Closing the runtime ends every call that is open, blocked on or not")
  void shouldEndOpenCallsWhenTheRuntimeCloses(Midplane midplane) {
    ActorRef<Command> echo = midplane.spawnActor(EchoActor.create(), "echo");
    Duration forAges = Duration.ofDays(1);
    CompletableFuture<String> blocked =
        CompletableFuture.supplyAsync(
            () -> midplane.<Command, String>ask(echo, Swallow::new, forAges),
            midplane.virtualThreads());
    CompletableFuture<String> open =
        midplane.<Command, String>askAsync(echo, Swallow::new, forAges).toCompletableFuture();
    Awaitility.await().until(() -> midplane.graph().openCalls().size() == 2);

    midplane.close();

    assertEndedByDeath(blocked);
    assertEndedByDeath(open);
  }

  private static void assertEndedByDeath(CompletableFuture<String> call) {
    Awaitility.await().until(call::isDone);
    assertThatThrownBy(call::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CALLEE_DIED));
  }
}
