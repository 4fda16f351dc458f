package io.midplane.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameStartingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.Externalizable;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * The rules of the house, numbered as in CONTRIBUTING.md, and the classes they are checked over.
 */
final class House {

  private static final String[] THE_WORKER = {
    "io.midplane.gateways.worker..", "io.midplane.gateways.wire.."
  };

  /** A class of the worker's package that does not travel: it shows a gate tasks of its JVM. */
  private static final String STAYS_HOME = "io.midplane.gateways.worker.LocalTasks";

  /** What of calls is in the worker's jar. */
  private static final Set<String> CARRIED_ERRORS =
      Set.of(
          "io.midplane.calls.MidplaneException",
          "io.midplane.calls.ErrorCode",
          "io.midplane.calls.Category");

  private static final String[] ENGINE = {"akka..", "scala.."};

  /** Packages that may see the engine; all others stay movable to another one. */
  private static final String[] ON_THE_ENGINE = {
    "io.midplane.actors..",
    "io.midplane.cm..",
    "io.midplane.gateways..",
    "io.midplane.testkit..",
    "io.midplane.node..",
    "io.midplane..actor..",
    "io.midplane..akka.."
  };

  /**
   * Rule 1: arrows go down, subsystems do not know each other, main code never uses the testkit.
   */
  static final ArchRule ARROWS_GO_DOWN =
      classes()
          .should(
              dependOnly(
                  "on the modules that theirs may use",
                  (source, target) -> {
                    Optional<Module> own = Module.of(source.getPackageName());
                    return own.isPresent()
                        && (!target.getPackageName().startsWith("io.midplane")
                            || Module.of(target.getPackageName())
                                .filter(other -> own.get().mayUse(other, source.getPackageName()))
                                .isPresent());
                  }))
          .as("1. arrows only go down, and floor 2 meets in protocol or by messages");

  /** Rule 1: the ground floor is small enough to go anywhere. */
  static final ArchRule GROUND_FLOOR_NEEDS_NO_LIBRARIES =
      classes()
          .that(resideInAnyPackage("io.midplane.calls..", "io.midplane.protocol.."))
          .should(
              dependOnly(
                  "on the JDK, Protobuf (protocol only) and the ground floor",
                  (source, target) ->
                      target.isPrimitive()
                          || resideInAnyPackage(
                                  "java..", "javax..", "jdk..", "org.jspecify..", "io.midplane..")
                              .test(target)
                          || resideInAPackage("com.google.protobuf..").test(target)
                              && resideInAPackage("io.midplane.protocol..").test(source)))
          .as("1. calls needs the JDK only, protocol the JDK and Protobuf");

  /** Rule 1: the gateway worker travels alone. */
  static final ArchRule THE_WORKER_TRAVELS_ALONE =
      classes()
          .that(
              resideInAnyPackage(THE_WORKER)
                  .and(DescribedPredicate.not(nameStartingWith(STAYS_HOME))))
          .should(
              dependOnly(
                  "on the JDK, themselves and the errors in calls",
                  (source, target) ->
                      target.isPrimitive()
                          || resideInAnyPackage(
                                  "java..", "javax..", "jdk..", "sun.misc", "org.jspecify..")
                              .test(target)
                          || resideInAnyPackage(THE_WORKER).test(target)
                          || CARRIED_ERRORS.contains(target.getName())))
          .as("1. the gateway worker carries the errors of calls and nothing else");

  /** Rule 2: who may see Akka. */
  static final ArchRule AKKA_STAYS_IN_ITS_PLACES =
      noClasses()
          .that(
              DescribedPredicate.not(resideInAnyPackage(ON_THE_ENGINE))
                  .or(resideInAnyPackage(THE_WORKER)))
          .should()
          .dependOnClassesThat(resideInAnyPackage(ENGINE))
          .as("2. Akka is known to actors, cm, gateways, testkit, node, *.actor and *.akka only");

  /** Rule 3: a package named internal belongs to its module alone. */
  static final ArchRule INTERNAL_IS_CLOSED =
      classes()
          .should(
              dependOnly(
                  "on internal packages of their own module",
                  (source, target) ->
                      !resideInAPackage("io.midplane..internal..").test(target)
                          || Module.of(source.getPackageName())
                              .equals(Module.of(target.getPackageName()))))
          .as("3. internal packages are closed to other modules");

  /** Rule 4: packages form no cycle. */
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices()
          .matching("io.midplane.(**)")
          .should()
          .beFreeOfCycles()
          .as("4. packages have no cycles");

  /** Rule 4: libraries log through SLF4J and leave the choice of a back end to the program. */
  static final ArchRule LIBRARIES_CHOOSE_NO_LOGGER =
      noClasses()
          .that(
              DescribedPredicate.not(
                  resideInAnyPackage(
                      "io.midplane.node..", "io.midplane.examples..", "io.midplane.testkit..")))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("ch.qos.logback..", "java.util.logging..", "org.apache.logging.."))
          .as("4. only node and examples choose Logback; the testkit reads it");

  /** What crosses a process is Protobuf. */
  static final ArchRule NO_JAVA_SERIALIZATION =
      noClasses()
          .should()
          .dependOnClassesThat(
              describe(
                  "write or read serialized objects",
                  type ->
                      type.isAssignableTo(ObjectOutputStream.class)
                          || type.isAssignableTo(ObjectInputStream.class)
                          || type.isEquivalentTo(Externalizable.class)))
          .as("Java serialization appears nowhere");

  /** Main code waits for something, not for some time. */
  static final ArchRule NO_SLEEPING =
      noClasses()
          .should()
          .callMethodWhere(
              DescribedPredicate.<JavaCall<?>>describe(
                  "sleeps",
                  call ->
                      call.getName().equals("sleep")
                          && List.of("java.lang.Thread", "java.util.concurrent.TimeUnit")
                              .contains(call.getTargetOwner().getName())))
          .as("main code never sleeps");

  private House() {}

  /** Every rule there is. */
  static List<ArchRule> rules() {
    return List.of(
        ARROWS_GO_DOWN,
        GROUND_FLOOR_NEEDS_NO_LIBRARIES,
        THE_WORKER_TRAVELS_ALONE,
        AKKA_STAYS_IN_ITS_PLACES,
        INTERNAL_IS_CLOSED,
        PACKAGES_HAVE_NO_CYCLES,
        LIBRARIES_CHOOSE_NO_LOGGER,
        NO_JAVA_SERIALIZATION,
        NO_SLEEPING);
  }

  /** The main classes of all modules. */
  static JavaClasses mainClasses() {
    return new ClassFileImporter()
        .withImportOption(location -> !location.contains("/test-classes/"))
        .importPackages(
            Arrays.stream(Module.values())
                .flatMap(module -> module.rootPackages().stream())
                .toArray(String[]::new));
  }

  private static ArchCondition<JavaClass> dependOnly(
      String on, BiPredicate<JavaClass, JavaClass> allowed) {
    return new ArchCondition<>("depend only " + on) {
      @Override
      public void check(JavaClass source, ConditionEvents events) {
        for (Dependency dependency : source.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (!allowed.test(source, target)) {
            events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
          }
        }
      }
    };
  }
}
