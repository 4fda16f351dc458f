package io.midplane.cm;

import static io.midplane.cm.Refusals.assertRefused;
import static io.midplane.cm.VlanAgent.full;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.midplane.actors.AgentContext;
import io.midplane.actors.AgentHandle;
import io.midplane.actors.Midplane;
import io.midplane.actors.ProcessState;
import io.midplane.calls.ErrorCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When an agent counts as loaded, and what is answered while it does not serve. */
@Timeout(120)
class AvailabilityTest {

  private final Midplane midplane = Midplane.start();
  private final Configuration config = Configuration.of(midplane);

  @AfterEach
  void stop() {
    midplane.close();
  }

  @Test
  @DisplayName("B4: a dependency that says READY before it has loaded keeps the agent waiting")
  void shouldWaitForADependencyThatIsReadyAndNotLoaded() {
    CountDownLatch goOn = new CountDownLatch(1);
    VlanAgent hasty =
        new VlanAgent(VlanAgent.table("hasty")) {
          @Override
          public void start(AgentContext context) throws Exception {
            super.start(context);
            context.ready();
          }
        };
    hasty.declaration = Declaration::asyncEvents;
    hasty.onEvent = (event, context) -> goOn.await();
    VlanAgent next = new VlanAgent(VlanAgent.table("next"));
    next.declaration = cm -> cm.configDeps("hasty");
    AgentHandle first = midplane.launch(() -> hasty, "hasty");
    AgentHandle second = midplane.launch(() -> next, "next");

    await().until(() -> first.state() == ProcessState.READY);
    await()
        .until(() -> second.status().detail().equals("configDeps: agent hasty has not loaded yet"));
    assertThat(next.seen).isEmpty();
    goOn.countDown();

    second.awaitReady(Duration.ofSeconds(30));
    assertThat(next.seen).containsExactly("generate_default");
  }

  @Test
  @DisplayName("B5: the tables of an agent that FAILed are unavailable, not unknown and not dead")
  void shouldBeUnavailableAfterAFailure() {
    VlanAgent agent = new VlanAgent().with("blue", 7);
    agent.onAction =
        (method, context) -> {
          throw new StackOverflowError("too deep");
        };
    midplane.spawn(agent, "vlan");
    assertRefused(ErrorCode.INTERNAL, () -> config.get("vlan", "blue"));
    await().until(() -> midplane.agent("vlan").orElseThrow().state() == ProcessState.FAIL);

    var refused = assertRefused(ErrorCode.MODULE_UNAVAILABLE, () -> config.get("vlan", "blue"));

    assertThat(refused).isInstanceOf(ModuleUnavailable.class).hasMessageContaining("state FAIL");
    assertThat(((ModuleUnavailable) refused).whenReady().toCompletableFuture())
        .failsWithin(Duration.ofSeconds(30));
  }

  @Test
  @DisplayName("B5, F4: a request made while the agent is started again succeeds once it is READY")
  void shouldBeAvailableAgainAfterARestart() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch again = new CountDownLatch(2);
    AgentHandle handle =
        midplane.launch(
            () -> {
              VlanAgent made = new VlanAgent().with("blue", 7);
              made.declaration = Declaration::asyncEvents;
              made.onEvent =
                  (event, context) -> {
                    again.countDown();
                    if (again.getCount() == 0) {
                      goOn.await();
                    }
                  };
              return made;
            },
            "vlan");
    handle.awaitReady(Duration.ofSeconds(30));
    var restart = CompletableFuture.runAsync(handle::restart);
    again.await();

    var refused =
        (ModuleUnavailable)
            assertRefused(ErrorCode.MODULE_UNAVAILABLE, () -> config.get("vlan", "blue"));
    goOn.countDown();

    refused.whenReady().toCompletableFuture().get();
    assertThat(config.get("vlan", "blue")).isEqualTo(full("blue", 7));
    restart.get();
  }
}
