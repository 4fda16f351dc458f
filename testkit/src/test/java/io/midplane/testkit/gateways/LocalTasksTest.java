package io.midplane.testkit.gateways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.midplane.actors.Midplane;
import io.midplane.actors.Service;
import io.midplane.actors.ServiceOptions;
import io.midplane.calls.DeadlockDetectedException;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Wait;
import io.midplane.gateways.Gateway;
import io.midplane.gateways.GroupSettings;
import io.midplane.gateways.actor.GatewayActors;
import io.midplane.gateways.worker.Channel;
import io.midplane.testkit.MidplaneTest;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A handler that waits for a task in this JVM, and a task that calls the handler's service. */
@MidplaneTest
@Timeout(120)
class LocalTasksTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int TURNS = 400;

  /** Whom tasks call; a task has nothing but its channel and what is static. */
  private static final AtomicReference<Service<String, String>> SERVICE = new AtomicReference<>();

  private static final AtomicInteger REFUSED = new AtomicInteger();

  private @Nullable GatewayActors gateways;

  @AfterEach
  void close(Midplane midplane) {
    if (gateways != null) {
      gateways.close();
    }
    assertThat(midplane.graph().openCalls()).isEmpty();
  }

  private Gateway gateway(Midplane midplane, boolean confined) {
    GroupSettings settings = GroupSettings.defaults();
    gateways =
        GatewayActors.start(midplane, settings.withLink(settings.link().withConfined(confined)));
    return gateways.group().makeGateway("inproc//id=far");
  }

  /** Tells what came of a call to who waits for it. */
  public static void callBack(Channel channel) {
    String outcome;
    try {
      outcome = SERVICE.get().call("from the task", Duration.ofSeconds(2));
    } catch (DeadlockDetectedException refused) {
      outcome = "task refused " + refused.level() + " " + waiters(refused);
    } catch (MidplaneException late) {
      outcome = "task " + late.code();
    }
    channel.send(outcome);
  }

  /** Calls once it is told to. */
  public static void callBackLater(Channel channel) {
    channel.receive();
    callBack(channel);
  }

  /** Has sent all that the other end waits for, then calls. */
  public static void sendAndCall(Channel channel) {
    channel.send("item");
    if (ThreadLocalRandom.current().nextBoolean()) {
      LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(200_000));
    }
    try {
      channel.send(SERVICE.get().call("from the task", LONG));
    } catch (DeadlockDetectedException falsely) {
      REFUSED.incrementAndGet();
    }
  }

  private static String waiters(DeadlockDetectedException refused) {
    return refused.cycle().stream().map(Wait::waiter).toList().toString();
  }

  private static void serve(Midplane midplane, Function<String, String> code) {
    SERVICE.set(
        midplane.service(
            "asks",
            question -> question.equals("from the task") ? "served" : code.apply(question),
            ServiceOptions.defaults()));
  }

  @ParameterizedTest
  @CsvSource({"receive", "waitClose"})
  @DisplayName("G64 a task that calls the service whose handler waits for the task is refused")
  void shouldRefuseATaskThatCallsWhoWaitsForIt(String how, Midplane midplane) {
    Gateway gateway = gateway(midplane, true);
    AtomicReference<Channel> channel = new AtomicReference<>();
    serve(
        midplane,
        question -> {
          channel.set(gateway.remoteExec(LocalTasksTest::callBack));
          if (how.equals("waitClose")) {
            channel.get().waitClose();
          }
          return String.valueOf(channel.get().receive());
        });

    String outcome = SERVICE.get().call("begin", LONG);

    assertThat(outcome).startsWith("task refused L").contains("asks", "far-task on channel 3");
  }

  @ParameterizedTest
  @ValueSource(strings = "receive")
  @DisplayName("G64 a handler that waits for a task which has called its service is refused")
  void shouldRefuseAHandlerThatWaitsForItsCaller(String how, Midplane midplane) {
    Gateway gateway = gateway(midplane, true);
    serve(
        midplane,
        question -> {
          Channel channel = gateway.remoteExec(LocalTasksTest::callBackLater);
          channel.send("call");
          await()
              .atMost(LONG)
              .until(() ->
                  midplane.graph().waits().stream()
                      .anyMatch(wait -> wait.waiter().startsWith("far-task on channel ")));
          try {
            return String.valueOf(channel.receive());
          } catch (DeadlockDetectedException refused) {
            return how + " refused " + refused.level() + " " + refused.getMessage();
          }
        });

    String outcome = SERVICE.get().call("begin", LONG);

    assertThat(outcome)
        .startsWith("receive refused L3")
        .contains("(receive on channel 3) from asks", "receiveAsync()");
  }

  @ParameterizedTest
  @ValueSource(strings = "receive")
  @DisplayName("G64 a channel that others may use makes no edge: the call ends by its deadline")
  void shouldRefuseNobodyOnAChannelOfAll(String how, Midplane midplane) {
    Gateway gateway = gateway(midplane, false);
    serve(midplane, question -> how + " " + gateway.remoteExec(LocalTasksTest::callBack).receive());

    assertThat(SERVICE.get().call("begin", LONG)).isEqualTo("receive task TIMED_OUT");
  }

  @ParameterizedTest
  @ValueSource(ints = TURNS)
  @DisplayName("G64 what is on its way ends the wait: nobody is refused")
  void shouldRefuseNobodyWhoHasSent(int turns, Midplane midplane) {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Gateway gateway = gateway(midplane, true);
    serve(
        midplane,
        question -> {
          Channel channel = gateway.remoteExec(LocalTasksTest::sendAndCall);
          if (random.nextBoolean()) {
            LockSupport.parkNanos(random.nextInt(200_000));
          }
          return channel.receive() + " of " + channel.id();
        });

    for (int i = 0; i < turns; i++) {
      assertThat(SERVICE.get().call("begin", LONG))
          .as("turn %d, seed %d", i, seed)
          .startsWith("item of ");
    }
    await().atMost(LONG).until(() -> gateway.remoteStatus().executing() == 0);
    assertThat(REFUSED).as("seed %d", seed).hasValue(0);
  }
}
