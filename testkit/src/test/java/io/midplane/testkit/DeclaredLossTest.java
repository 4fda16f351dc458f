package io.midplane.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.typed.ActorRef;
import io.midplane.actors.Midplane;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.testkit.EchoActor.Command;
import io.midplane.testkit.EchoActor.Say;
import io.midplane.testkit.EchoActor.Stop;
import io.midplane.testkit.EchoActor.Swallow;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

// snippet: loss
@MidplaneTest
class DeclaredLossTest {

  @Test
  @ExpectDeadLetters(value = Say.class, to = "/user/echo", times = 1)
  void shouldHearNothingOnceStopped(Midplane midplane, Probes probes) {
    ActorRef<Command> echo = midplane.spawnActor(EchoActor.create(), "echo");
    echo.tell(new Stop());
    probes.of(Object.class).expectTerminated(echo);

    echo.tell(new Say("anybody there?", midplane.system().ignoreRef()));

    assertThat(midplane.graph().openCalls()).isEmpty();
  }

  // end

  // snippet: settings
  @Nested
  @MidplaneTest(config = "midplane.call-timeout = 200ms")
  class WithImpatientCallers {

    @Test
    void shouldGiveUp(Midplane midplane) {
      ActorRef<Command> echo = midplane.spawnActor(EchoActor.create(), "echo");

      assertThatThrownBy(() -> midplane.<Command, String>ask(echo, Swallow::new))
          .isInstanceOfSatisfying(
              MidplaneException.class,
              failure -> assertThat(failure.code()).isEqualTo(ErrorCode.TIMED_OUT));
    }
  }
  // end
}
