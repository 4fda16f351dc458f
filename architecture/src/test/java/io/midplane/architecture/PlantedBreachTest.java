package io.midplane.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule of the house is seen to fail on code that breaks it, and to pass beside it. */
class PlantedBreachTest {

  /** Code that breaks a rule, and what the rule must name when it says so. */
  record Breach(String what, ArchRule rule, String named, String... units) {
    @Override
    public String toString() {
      return what;
    }
  }

  @TempDir Path folder;

  static Stream<Breach> breaches() {
    return Stream.of(
        breach(
            "calls uses protocol",
            House.ARROWS_GO_DOWN,
            "io.midplane.protocol.Low",
            "package io.midplane.calls; class Bad { io.midplane.protocol.Low low; }",
            "package io.midplane.protocol; public class Low {}"),
        breach(
            "a subsystem uses its neighbour",
            House.ARROWS_GO_DOWN,
            "io.midplane.cm.Neighbour",
            "package io.midplane.gateways; class Bad extends io.midplane.cm.Neighbour {}",
            "package io.midplane.cm; public class Neighbour {}"),
        breach(
            "the XenStore core uses actors",
            House.ARROWS_GO_DOWN,
            "io.midplane.actors.Up",
            "package io.midplane.xenstore; class Bad { io.midplane.actors.Up[] ups; }",
            "package io.midplane.actors; public class Up {}"),
        breach(
            "main code uses the testkit",
            House.ARROWS_GO_DOWN,
            "io.midplane.testkit.Kit",
            "package io.midplane.node; class Bad { void use(io.midplane.testkit.Kit kit) {} }",
            "package io.midplane.testkit; public class Kit {}"),
        breach(
            "a package outside the house",
            House.ARROWS_GO_DOWN,
            "io.midplane.shed.Bad",
            "package io.midplane.shed; class Bad { String tool; }"),
        breach(
            "calls uses a library",
            House.GROUND_FLOOR_NEEDS_NO_LIBRARIES,
            "org.slf4j.Logger",
            "package io.midplane.calls; class Bad { org.slf4j.Logger log; }"),
        breach(
            "calls uses Protobuf",
            House.GROUND_FLOOR_NEEDS_NO_LIBRARIES,
            "com.google.protobuf.ByteString",
            "package io.midplane.calls; class Bad { com.google.protobuf.ByteString bytes; }"),
        breach(
            "protocol uses Akka",
            House.AKKA_STAYS_IN_ITS_PLACES,
            "akka.actor.typed.ActorRef",
            "package io.midplane.protocol; class Bad { akka.actor.typed.ActorRef<String> ref; }"),
        breach(
            "the packet core uses Akka",
            House.AKKA_STAYS_IN_ITS_PLACES,
            "akka.actor.typed.ActorRef",
            "package io.midplane.packet; class Bad { akka.actor.typed.ActorRef<String> ref; }"),
        breach(
            "a gateway worker uses Akka",
            House.AKKA_STAYS_IN_ITS_PLACES,
            "akka.actor.typed.ActorRef",
            "package io.midplane.gateways.worker;"
                + " class Bad { akka.actor.typed.ActorRef<String> ref; }"),
        breach(
            "a gateway worker uses the gate",
            House.THE_WORKER_TRAVELS_ALONE,
            "io.midplane.calls.Gate",
            "package io.midplane.gateways.worker; class Bad { io.midplane.calls.Gate gate; }",
            "package io.midplane.calls; public class Gate {}"),
        breach(
            "the wire uses a library",
            House.THE_WORKER_TRAVELS_ALONE,
            "org.slf4j.Logger",
            "package io.midplane.gateways.wire; class Bad { org.slf4j.Logger log; }"),
        breach(
            "a gateway worker uses gateways",
            House.ARROWS_GO_DOWN,
            "io.midplane.gateways.Group",
            "package io.midplane.gateways.worker; class Bad { io.midplane.gateways.Group group; }",
            "package io.midplane.gateways; public class Group {}"),
        breach(
            "a foreign internal package",
            House.INTERNAL_IS_CLOSED,
            "io.midplane.actors.internal.Secret",
            "package io.midplane.cm; class Bad { io.midplane.actors.internal.Secret secret; }",
            "package io.midplane.actors.internal; public class Secret {}"),
        breach(
            "two packages use each other",
            House.PACKAGES_HAVE_NO_CYCLES,
            "Cycle detected",
            "package io.midplane.cm.first;"
                + " public class One { io.midplane.cm.second.Two two; }",
            "package io.midplane.cm.second;"
                + " public class Two { io.midplane.cm.first.One one; }"),
        breach(
            "a library chooses Logback",
            House.LIBRARIES_CHOOSE_NO_LOGGER,
            "ch.qos.logback.classic.Level",
            "package io.midplane.actors; class Bad { ch.qos.logback.classic.Level level; }"),
        breach(
            "objects are serialized",
            House.NO_JAVA_SERIALIZATION,
            "java.io.ObjectOutputStream",
            "package io.midplane.node; class Bad { java.io.ObjectOutputStream out; }"),
        breach(
            "a thread sleeps",
            House.NO_SLEEPING,
            "java.lang.Thread.sleep",
            "package io.midplane.node;"
                + " class Bad { void nap() throws Exception { Thread.sleep(1); } }"),
        breach(
            "a time unit sleeps",
            House.NO_SLEEPING,
            "java.util.concurrent.TimeUnit.sleep",
            "package io.midplane.node; class Bad { void nap() throws Exception {"
                + " java.util.concurrent.TimeUnit.SECONDS.sleep(1); } }"));
  }

  @ParameterizedTest
  @MethodSource("breaches")
  void shouldFindThePlantedBreach(Breach breach) throws IOException {
    JavaClasses planted = PlantedCode.compile(folder, breach.units());

    assertThatThrownBy(() -> breach.rule().check(planted))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(breach.named());
  }

  @Test
  void shouldPlantABreachOfEveryRule() {
    Set<ArchRule> planted = new HashSet<>(breaches().map(Breach::rule).toList());

    assertThat(planted).containsExactlyInAnyOrderElementsOf(House.rules());
  }

  @Test
  void shouldAllowWhatTheHouseAllows() throws IOException {
    JavaClasses planted =
        PlantedCode.compile(
            folder,
            "package io.midplane.actors; public class Up { akka.actor.typed.ActorRef<Up> ref; }",
            "package io.midplane.packet.actor; class Fine {"
                + " io.midplane.actors.Up up; akka.actor.typed.ActorRef<String> ref; }",
            "package io.midplane.persistence.akka; class Fine { akka.actor.ActorSystem system; }",
            "package io.midplane.cm.internal; public class Own {}",
            "package io.midplane.cm; class Fine { io.midplane.cm.internal.Own own; int[] ints; }",
            "package io.midplane.protocol; class Fine { com.google.protobuf.ByteString bytes; }",
            "package io.midplane.node; class Fine { ch.qos.logback.classic.Level level; }");

    for (ArchRule rule : House.rules()) {
      rule.allowEmptyShould(true).check(planted);
    }
  }

  @Test
  void shouldFailWhenARuleSawNoClass() {
    JavaClasses none = House.mainClasses().that(DescribedPredicate.alwaysFalse());

    for (ArchRule rule : List.of(House.ARROWS_GO_DOWN, House.AKKA_STAYS_IN_ITS_PLACES)) {
      assertThatThrownBy(() -> rule.check(none))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("failed to check any classes");
    }
  }

  private static Breach breach(String what, ArchRule rule, String named, String... units) {
    return new Breach(what, rule, named, units);
  }
}
