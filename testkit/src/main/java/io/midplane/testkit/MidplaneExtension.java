package io.midplane.testkit;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.midplane.actors.Midplane;
import java.lang.reflect.Parameter;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.PreInterruptCallback;
import org.junit.jupiter.api.extension.PreInterruptContext;

/**
 * Runs each test of a {@link MidplaneTest} as a {@link TestRun}. Keeps its state in JUnit's store.
 */
final class MidplaneExtension
    implements BeforeEachCallback, AfterEachCallback, ParameterResolver, PreInterruptCallback {

  private static final Namespace NAMESPACE = Namespace.create(MidplaneExtension.class);

  @Override
  public void beforeEach(ExtensionContext context) {
    AtomicInteger runs =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent(
                AtomicInteger.class, key -> new AtomicInteger(), AtomicInteger.class);
    TestRun run = TestRun.start(TestRunSettings.of(context, runs.incrementAndGet()));
    context.getStore(NAMESPACE).put(TestRun.class, run);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    TestRun run = run(context);
    if (run != null) {
      run.end(context.getExecutionException().orElse(null));
    }
  }

  /** A test that timed out is still running: this is what it hangs in. */
  @Override
  public void beforeThreadInterrupt(PreInterruptContext interrupt, ExtensionContext context) {
    TestRun run = run(context);
    if (run != null) {
      run.dump("timed out");
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Midplane.class || type == Probes.class || type == ActorTestKit.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Parameter wanted = parameter.getParameter();
    TestRun run = run(context);
    if (run == null) {
      throw new ParameterResolutionException(
          ("%s %s: each test has a runtime of its own, and none runs here; take it as a parameter"
                  + " of the test, @BeforeEach or @AfterEach method")
              .formatted(wanted.getType().getSimpleName(), wanted.getName()));
    }
    Class<?> type = wanted.getType();
    if (type == Midplane.class) {
      return run.midplane();
    }
    return type == Probes.class ? new Probes(run.kit()) : run.kit();
  }

  private static @Nullable TestRun run(ExtensionContext context) {
    return context.getStore(NAMESPACE).get(TestRun.class, TestRun.class);
  }
}
