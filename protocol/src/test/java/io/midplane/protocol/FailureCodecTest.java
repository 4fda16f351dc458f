package io.midplane.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.midplane.calls.BlockingGate;
import io.midplane.calls.CallGraph;
import io.midplane.calls.Category;
import io.midplane.calls.DeadlockDetectedException;
import io.midplane.calls.DeadlockLevel;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Operation;
import io.midplane.calls.ThreadMark;
import io.midplane.calls.Wait;
import io.midplane.protocol.northbound.v1.Failure;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FailureCodecTest {

  @Test
  @DisplayName("B12: code, category and words of an error stay as they are")
  void shouldCarryEveryCode() {
    for (ErrorCode code : ErrorCode.values()) {
      var error = new MidplaneException(code, "words of " + code);

      Failure message = FailureCodec.toProto(error);
      MidplaneException back = FailureCodec.fromProto(message);

      assertThat(message.getCategory()).isEqualTo(code.category().name());
      assertThat(back.code()).isEqualTo(code);
      assertThat(back).hasMessage("words of " + code);
    }
  }

  @Test
  void shouldCallAnythingElseInternal() {
    MidplaneException back =
        FailureCodec.fromProto(FailureCodec.toProto(new IllegalStateException("oops")));

    assertThat(back.code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(back).hasMessage("java.lang.IllegalStateException: oops");
  }

  @Test
  void shouldReadAnUnknownCodeByItsCategory() {
    for (Category category : EnumSet.allOf(Category.class)) {
      var message = Failure.newBuilder().setCode("NEW").setCategory(category.name()).build();

      assertThat(FailureCodec.fromProto(message).category()).isEqualTo(category);
    }
    assertThat(FailureCodec.fromProto(Failure.getDefaultInstance()).code())
        .isEqualTo(ErrorCode.INTERNAL);
  }

  @Test
  void shouldCarryTheLevelOfADeadlock() {
    ThreadMark previous = ThreadMark.enter("an actor");
    Throwable refusal;
    try {
      var gate = new BlockingGate(new CallGraph());
      refusal = catchThrowable(() -> gate.checkMayBlock(new Operation("get", "getAsync()")));
    } finally {
      ThreadMark.leave(previous);
    }

    Failure message = FailureCodec.toProto(refusal);

    assertThat(message.getLevel()).isEqualTo("L0");
    assertThat(FailureCodec.fromProto(message).code()).isEqualTo(ErrorCode.DEADLOCK_DETECTED);
    assertThat(FailureCodec.fromProto(message)).hasMessage(refusal.getMessage());
    assertThat(FailureCodec.fromProto(message))
        .isInstanceOfSatisfying(
            DeadlockDetectedException.class,
            back -> {
              assertThat(back.level()).isEqualTo(DeadlockLevel.L0);
              assertThat(back.cycle()).isEmpty();
            });
  }

  @Test
  void shouldCarryTheCycleOfADeadlock() {
    Instant since = Instant.parse("2026-01-01T12:00:00.123456Z");
    List<Wait> cycle =
        List.of(
            new Wait("fdb", "vlan", "get vlan blue", since),
            new Wait("vlan", "fdb", "walk fdb", since.minusMillis(3)));
    var error = DeadlockDetectedException.told(DeadlockLevel.L2, cycle, "fdb waits for vlan …");

    MidplaneException back = FailureCodec.fromProto(FailureCodec.toProto(error));

    assertThat(back).hasMessage("fdb waits for vlan …");
    assertThat(back)
        .isInstanceOfSatisfying(
            DeadlockDetectedException.class,
            deadlock -> {
              assertThat(deadlock.level()).isEqualTo(DeadlockLevel.L2);
              assertThat(deadlock.cycle()).isEqualTo(cycle);
            });
  }

  @Test
  void shouldReadADeadlockOfAnUnknownLevelByItsCode() {
    var message = Failure.newBuilder().setCode("DEADLOCK_DETECTED").setLevel("L9").build();

    assertThat(FailureCodec.fromProto(message).code()).isEqualTo(ErrorCode.DEADLOCK_DETECTED);
  }
}
