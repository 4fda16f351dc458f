package io.midplane.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.AllDeadLetters;
import akka.actor.Dropped;
import akka.actor.UnhandledMessage;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** No test of the modules before this one lost a message without saying so. */
class TestOutputTest {

  private static final String LINE =
      "12:00:00.000 INFO  akka.actor.LocalActorRef [main] Message [io.midplane.actors.Count] to"
          + " Actor[akka://x/user/counter#1] was not delivered. [1] dead letters encountered.";

  private final Repository repository = Repository.current();

  @TempDir Path folder;

  @Test
  void shouldFindNoUndeclaredDeadLetter() {
    List<String> faults =
        testedModules().stream()
            .flatMap(module -> TestOutput.files(module).stream())
            .flatMap(file -> TestOutput.faults(file).stream())
            .toList();

    assertThat(faults)
        .as(
            "what tests lost; declare it (CONTRIBUTING.md, \"What tests print\") or mend it; an"
                + " output file of a test that is gone goes with mvn clean")
        .isEmpty();
  }

  @Test
  void shouldHaveTheReportsOfEveryModule() {
    assertThat(testedModules()).allMatch(TestOutput::ran, "its tests ran before these");
  }

  @Test
  void shouldFindAPlantedDeadLetter() throws IOException {
    assertThat(TestOutput.faults(output("quiet", LINE, "more")))
        .singleElement()
        .asString()
        .contains("OneTest-output.txt", "undeclared", LINE);
  }

  @Test
  void shouldExcuseWhatATestDeclared() throws IOException {
    String declared = TestOutput.DECLARATION + "io.midplane.actors.Count";
    String other = LINE.replace("Count", "Read");

    assertThat(TestOutput.faults(output(declared, LINE, LINE))).isEmpty();
    assertThat(TestOutput.faults(output(LINE, "12:00 INFO some.Test - " + declared))).isEmpty();
    assertThat(TestOutput.faults(output(declared, LINE, other)))
        .singleElement()
        .asString()
        .endsWith(other);
  }

  @Test
  void shouldRefuseADeclarationThatExcusesEverything() throws IOException {
    for (String text : List.of("", "Message", "dead letters", "Actor[akka://")) {
      assertThat(TestOutput.faults(output(TestOutput.DECLARATION + text, LINE)))
          .anyMatch(fault -> fault.contains("would excuse any dead letter"));
    }
  }

  /** The text that the check looks for is Akka's: it may change with Akka. */
  @Test
  void shouldKnowTheLineThatAkkaLogs() throws IOException {
    var log = (Logger) LoggerFactory.getLogger("akka.actor");
    var logged = new ListAppender<ILoggingEvent>();
    logged.list = new CopyOnWriteArrayList<>();
    logged.start();
    log.addAppender(logged);
    var system = ActorSystem.create(Behaviors.<String>ignore(), "lossy");
    try {
      akka.actor.ActorRef lost = Adapter.toClassic(system).deadLetters();
      List<AllDeadLetters> losses =
          List.of(
              new akka.actor.DeadLetter("one", lost, lost),
              new UnhandledMessage("two", lost, lost),
              new Dropped("three", "full", lost, lost));
      losses.forEach(loss -> Adapter.toClassic(system).eventStream().publish(loss));

      Awaitility.await().until(() -> logged.list.size() >= losses.size());
      String[] lines =
          logged.list.stream().map(ILoggingEvent::getFormattedMessage).toArray(String[]::new);
      assertThat(TestOutput.faults(output(lines))).hasSize(losses.size());
    } finally {
      log.detachAppender(logged);
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().join();
    }
  }

  /** A module whose tests log in another way would hide its dead letters. */
  @Test
  void shouldFindTheSameLoggingInEveryModuleThatLogs() {
    List<Path> settings = repository.files("src/test/resources/logback-test.xml");

    assertThat(settings).hasSizeGreaterThanOrEqualTo(6);
    assertThat(settings.stream().map(Repository::read).distinct()).hasSize(1);
  }

  private List<Path> testedModules() {
    List<String> tests =
        repository.files("Test.java").stream()
            .map(repository::name)
            .filter(name -> name.contains("/src/test/java/"))
            .toList();
    return repository.modules().stream()
        .filter(module -> !module.equals("architecture"))
        .filter(
            module -> tests.stream().anyMatch(test -> test.startsWith(module + "/src/test/java/")))
        .map(repository.root()::resolve)
        .toList();
  }

  private Path output(String... lines) throws IOException {
    return Files.write(folder.resolve("OneTest-output.txt"), List.of(lines));
  }
}
