package io.midplane.cm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What the tests expect of a call that is refused. */
final class Refusals {

  private Refusals() {}

  /** It is refused with this code and this message. */
  static void assertRefused(ErrorCode code, String message, ThrowingCallable call) {
    MidplaneException refusal = refusal(call);
    assertThat(refusal).hasMessage(message);
    assertThat(refusal.code()).isEqualTo(code);
  }

  /** It is refused with this code; the answer says more. */
  static MidplaneException assertRefused(ErrorCode code, ThrowingCallable call) {
    MidplaneException refusal = refusal(call);
    assertThat(refusal.code()).describedAs("%s", refusal).isEqualTo(code);
    return refusal;
  }

  private static MidplaneException refusal(ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isInstanceOf(MidplaneException.class);
    return (MidplaneException) thrown;
  }
}
