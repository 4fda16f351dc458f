package io.midplane.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ExtensionsTest {

  @RegisterExtension final RuntimeUnderTest runtime = RuntimeUnderTest.withDefaults();

  private final List<String> closed = new ArrayList<>();

  private record First(List<String> closed) implements AutoCloseable {
    @Override
    public void close() {
      closed.add("first");
    }
  }

  private record Second(List<String> closed) implements AutoCloseable {
    @Override
    public void close() {
      closed.add("second");
      throw new IllegalStateException("broken on purpose");
    }
  }

  private record Third(Midplane midplane) {}

  @Test
  void shouldMakeOneInstanceOfEachTypeAlsoWhenManyAsk() {
    var made = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Third> got =
          IntStream.range(0, 50)
              .mapToObj(i ->
                  CompletableFuture.supplyAsync(
                      () ->
                          runtime
                              .midplane()
                              .extension(
                                  Third.class,
                                  midplane -> {
                                    made.incrementAndGet();
                                    return new Third(midplane);
                                  }),
                      threads))
              .toList()
              .stream()
              .map(CompletableFuture::join)
              .toList();

      assertThat(got).hasSize(50).allMatch(third -> third.midplane() == runtime.midplane());
      assertThat(made).hasValue(1);
    }
  }

  @Test
  void shouldCloseLastMadeFirstAndAllOfThem() {
    Midplane midplane = runtime.midplane();
    midplane.extension(First.class, own -> new First(closed));
    midplane.extension(Second.class, own -> new Second(closed));

    midplane.close();

    assertThat(closed).containsExactly("second", "first");
    assertThat(midplane.extension(First.class, own -> new First(closed))).isNotNull();
    assertThatThrownBy(() -> midplane.extension(Third.class, Third::new))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
  }

  @Test
  void shouldLetAnExtensionStartAnAgentThatAsksForAnother() {
    Midplane midplane = runtime.midplane();

    First first =
        midplane.extension(
            First.class,
            own -> {
              own.spawn(
                  context -> {
                    own.extension(Third.class, Third::new);
                    context.ready();
                  },
                  "manager");
              return new First(closed);
            });

    assertThat(first).isNotNull();
  }

  @Test
  void shouldRefuseAnExtensionThatAsksForItself() {
    Midplane midplane = runtime.midplane();

    assertThatThrownBy(
            () -> midplane.extension(Third.class, own -> own.extension(Third.class, Third::new)))
        .isInstanceOf(MidplaneException.class)
        .hasMessageContaining("Third");
    assertThat(midplane.extension(Third.class, Third::new)).isNotNull();
  }
}
