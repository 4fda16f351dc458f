package io.midplane.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives every test of a class a runtime of its own: started before its {@code @BeforeEach} methods,
 * closed after its {@code @AfterEach} methods.
 *
 * {@snippet :
 * @MidplaneTest
 * class VlanAgentTest {
 *   @Test
 *   void shouldRefuseAnUnknownPort(Midplane midplane, Probes probes) { ... }
 * }
 * }
 *
 * <p>Test methods and the methods that run before and after each of them may have parameters of the
 * types {@link io.midplane.actors.Midplane}, {@link Probes} and {@link
 * akka.actor.testkit.typed.javadsl.ActorTestKit}. The runtime is named after the test and has a
 * data directory that is deleted with it.
 *
 * <p>When a test fails or times out, the state of the runtime is printed before it is closed:
 * agents, who waits for whom, threads, the last events and log lines, the tree of actors. A test
 * that passed still fails if it left behind any of these:
 *
 * <ul>
 *   <li>a dead letter or an unhandled message that {@link ExpectDeadLetters} or {@link
 *       ExpectUnhandled} does not declare, from its start until the runtime is closed;
 *   <li>a call without an answer, blocked on or not;
 *   <li>a runtime that does not stop in time;
 *   <li>a thread that was not there before, virtual ones included. Where tests run in parallel, a
 *       thread cannot be told to be of one test unless the runtime's dispatchers started it: the
 *       others are not looked at then.
 * </ul>
 *
 * <p>A nested class takes over the settings of the class around it, a test those of its class, and
 * adds its own to them: put the annotation there once more.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(MidplaneExtension.class)
public @interface MidplaneTest {

  /**
   * Settings in HOCON, for example {@code "midplane.call-timeout = 5s"}; several are joined by line
   * ends. They are laid over {@code application.conf}, and include {@code midplane.testkit}.
   */
  String[] config() default {};
}
