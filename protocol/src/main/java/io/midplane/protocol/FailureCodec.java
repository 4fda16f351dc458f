package io.midplane.protocol;

import io.midplane.calls.Category;
import io.midplane.calls.DeadlockDetectedException;
import io.midplane.calls.DeadlockLevel;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Wait;
import io.midplane.protocol.northbound.v1.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Turns errors into the Failure message of {@code midplane/northbound/v1/northbound.proto} and
 * back; the message text stays as it is (behaviour B12). Blocks: no. Thread-safe.
 */
public final class FailureCodec {
  private FailureCodec() {}

  /** The message for an error; what is not a {@link MidplaneException} is INTERNAL. */
  public static Failure toProto(Throwable error) {
    var message = Failure.newBuilder();
    if (!(error instanceof MidplaneException known)) {
      return message
          .setCode(ErrorCode.INTERNAL.name())
          .setCategory(ErrorCode.INTERNAL.category().name())
          .setMessage(error.toString())
          .build();
    }
    message.setCode(known.code().name()).setCategory(known.category().name());
    if (known.getMessage() != null) {
      message.setMessage(known.getMessage());
    }
    if (known instanceof DeadlockDetectedException deadlock) {
      message.setLevel(deadlock.level().name());
      for (Wait edge : deadlock.cycle()) {
        message.addCycle(toProto(edge));
      }
    }
    return message.build();
  }

  private static io.midplane.protocol.northbound.v1.Wait toProto(Wait edge) {
    return io.midplane.protocol.northbound.v1.Wait.newBuilder()
        .setWaiter(edge.waiter())
        .setCallee(edge.callee())
        .setOperation(edge.operation())
        .setSinceMicros(ValueCodec.micros(edge.since()))
        .build();
  }

  /**
   * The error in a message; a code that is not known here stands for its category. A {@link
   * DeadlockDetectedException} comes with its level and cycle, unless the level is not known here.
   */
  public static MidplaneException fromProto(Failure message) {
    ErrorCode code = code(message);
    DeadlockLevel level = code == ErrorCode.DEADLOCK_DETECTED ? level(message) : null;
    return level == null
        ? new MidplaneException(code, message.getMessage())
        : DeadlockDetectedException.told(
            level,
            message.getCycleList().stream().map(FailureCodec::fromProto).toList(),
            message.getMessage());
  }

  private static @Nullable DeadlockLevel level(Failure message) {
    for (DeadlockLevel level : DeadlockLevel.values()) {
      if (level.name().equals(message.getLevel())) {
        return level;
      }
    }
    return null;
  }

  private static Wait fromProto(io.midplane.protocol.northbound.v1.Wait edge) {
    return new Wait(
        edge.getWaiter(),
        edge.getCallee(),
        edge.getOperation(),
        ValueCodec.instant(edge.getSinceMicros()));
  }

  private static ErrorCode code(Failure message) {
    for (ErrorCode code : ErrorCode.values()) {
      if (code.name().equals(message.getCode())) {
        return code;
      }
    }
    for (Category category : Category.values()) {
      if (category.name().equals(message.getCategory())) {
        return unknownOf(category);
      }
    }
    return ErrorCode.INTERNAL;
  }

  private static ErrorCode unknownOf(Category category) {
    return switch (category) {
      case RETRYABLE -> ErrorCode.BUSY;
      case REFUSED -> ErrorCode.AGENT_REFUSED;
      case BUG -> ErrorCode.INTERNAL;
      case FATAL -> ErrorCode.IO_FAILED;
    };
  }
}
