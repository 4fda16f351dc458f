package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an end of a gateway does about what concerns more than one channel. Called by the reader.
 */
public interface LinkListener {

  /**
   * Runs code for the other side, soon and elsewhere.
   *
   * @param channel the code's own
   * @param request what was sent: a tuple of source, file name, function name, and its arguments
   */
  void execute(Channel channel, @Nullable Object request);

  /** What a request for the state is answered with. */
  Map<String, Object> status();

  /** Told something that a person may want to see, a line. */
  void warn(String line);

  /**
   * Told, once for each channel, that its two ends wait for each other and nothing is on its way.
   * Another thread may still end that: it is no accusation.
   */
  default void bothWait(BothWait what) {}

  /** What a wait that nobody can end is refused with. Called by who waits. */
  default MidplaneException refusal(BothWait what) {
    return new MidplaneException(ErrorCode.DEADLOCK_DETECTED, "channel " + what.channel());
  }

  /**
   * Told that the other side is silent; to end the link, since it ends by nothing else.
   *
   * @param how for messages
   */
  default void silent(String how) {}

  /** The other side wants what tasks print. */
  default void outputWanted() {}

  /** Told a line that a task at the other side printed. */
  default void output(String line) {}

  /** Whether somebody wants {@link #trace}; asked often. */
  default boolean traces() {
    return false;
  }

  /** Told what happens, a line each. */
  default void trace(String line) {}
}
