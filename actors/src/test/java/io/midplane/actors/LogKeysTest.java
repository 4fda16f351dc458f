package io.midplane.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.Behaviors;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What log lines say of whom they are about: the MDC keys node, agent and call. */
class LogKeysTest {

  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(LogKeysTest.class);

  @RegisterExtension
  final RuntimeUnderTest runtime = RuntimeUnderTest.with(MidplaneSettings.defaults().name("node7"));

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private Midplane midplane;

  @BeforeEach
  void listen() {
    midplane = runtime.midplane();
    lines.start();
    root().addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    root().detachAppender(lines);
  }

  @Test
  @DisplayName("M1: what an agent logs while it starts, fails and stops names node and agent")
  void shouldNameTheAgent() {
    AgentHandle agent =
        midplane.spawn(
            new Agent() {
              @Override
              public void start(AgentContext context) {
                LOG.info("starts");
                context.ready();
              }

              @Override
              public void stop() {
                LOG.info("stops");
              }
            },
            "vlan");
    agent.stop();

    assertThat(keysOf("starts")).isEqualTo(Map.of("node", "node7", "agent", "vlan"));
    assertThat(keysOf("stops")).isEqualTo(Map.of("node", "node7", "agent", "vlan"));

    AgentHandle failing =
        midplane.launch(
            () ->
                context -> {
                  throw new IllegalStateException("broken on purpose");
                },
            "fdb");
    await().until(() -> failing.state() == ProcessState.FAIL);
    assertThat(keysOf("RT-0203")).isEqualTo(Map.of("node", "node7", "agent", "fdb"));
  }

  @Test
  void shouldShowTheStackOfAFailureThatComesBackOnlyOnce() {
    midplane.launch(
        () ->
            context -> {
              throw new IllegalStateException("broken on purpose");
            },
        "fdb");

    await().until(() -> logged("RT-0203").size() >= 3);
    List<ILoggingEvent> failures = logged("RT-0203");
    assertThat(failures.getFirst().getThrowableProxy()).isNotNull();
    assertThat(failures.subList(1, 3))
        .allSatisfy(again -> {
          assertThat(again.getThrowableProxy()).isNull();
          assertThat(again.getFormattedMessage()).contains("broken on purpose");
        });
  }

  private List<ILoggingEvent> logged(String part) {
    return List.copyOf(lines.list).stream()
        .filter(line -> line.getFormattedMessage().contains(part))
        .toList();
  }

  @Test
  @DisplayName("M1: so does what an agent's actors log, in messages and signals")
  void shouldNameTheAgentOfAnActor() {
    CompletableFuture<ActorRef<String>> actor = new CompletableFuture<>();
    AgentHandle agent =
        midplane.spawn(
            context -> {
              actor.complete(context.spawn(logging(), "worker"));
              context.ready();
            },
            "vlan");
    actor.join().tell("message");
    await().until(() -> isLogged("message"));
    agent.stop();
    await().until(() -> isLogged("signal"));

    for (String text : List.of("setup", "message", "signal")) {
      assertThat(keysOf(text)).isEqualTo(Map.of("node", "node7", "agent", "vlan"));
    }
  }

  @Test
  @DisplayName("M1: a handler's lines have the number of the call as well")
  void shouldNameTheCallOfAHandler() {
    Service<String, String> service =
        midplane.service(
            "echo",
            question -> {
              LOG.info(question);
              return question;
            });

    service.call("first");
    service.call("second");

    assertThat(keysOf("first"))
        .isEqualTo(Map.of("node", "node7", "agent", "echo", "call", "echo#1"));
    assertThat(keysOf("second")).containsEntry("call", "echo#2");
  }

  @Test
  @DisplayName("M1: a thread that works for nobody any more has no keys")
  void shouldLeaveNoKeysBehind() throws Exception {
    try (ExecutorService one = Executors.newSingleThreadExecutor()) {
      Service<String, String> service =
          midplane.service("echo", question -> question, ServiceOptions.defaults().executor(one));
      service.call("handled");

      assertThat(one.submit(MDC::getCopyOfContextMap).get()).isNullOrEmpty();
    }
  }

  private static Behavior<String> logging() {
    return Behaviors.setup(context -> {
      LOG.info("setup");
      return Behaviors.receive(
          (same, message) -> {
            LOG.info(message);
            return Behaviors.same();
          },
          (same, signal) -> {
            if (signal instanceof PostStop) {
              LOG.info("signal");
            }
            return Behaviors.same();
          });
    });
  }

  private boolean isLogged(String text) {
    return List.copyOf(lines.list).stream()
        .anyMatch(line -> line.getFormattedMessage().startsWith(text));
  }

  private Map<String, String> keysOf(String text) {
    return List.copyOf(lines.list).stream()
        .filter(line -> line.getFormattedMessage().startsWith(text))
        .findFirst()
        .orElseThrow()
        .getMDCPropertyMap();
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }
}
