package io.midplane.gateways.wire;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import org.jspecify.annotations.Nullable;

/**
 * What the strings of another Python become. What Java and Python 3 write as text always arrives as
 * text unless {@code py3strAsPy2str} is set.
 *
 * @param py2strAsPy3str true: a {@code str} of Python 2 is read as text in Latin-1; false: as
 *     {@link Bytes}
 * @param py3strAsPy2str true: text of Python 3 is read as its UTF-8 {@link Bytes}, as execnet 2
 *     does (execnet 1.9 under Python 3 ignores it)
 */
public record StringCoercion(boolean py2strAsPy3str, boolean py3strAsPy2str) {
  private static final StringCoercion PUBLIC = new StringCoercion(false, false);
  private static final StringCoercion CHANNEL = new StringCoercion(true, false);

  /** What {@link Values#loads} does unless told otherwise: (false, false). */
  public static StringCoercion ofLoads() {
    return PUBLIC;
  }

  /** What a channel does unless it is reconfigured: (true, false). */
  public static StringCoercion ofChannels() {
    return CHANNEL;
  }

  /**
   * The one that the other side sent.
   *
   * @throws MidplaneException PROTOCOL_VIOLATION if it is no tuple of two bools
   */
  public static StringCoercion of(@Nullable Object value) {
    if (value instanceof Tuple pair
        && pair.size() == 2
        && pair.get(0) instanceof Boolean py2
        && pair.get(1) instanceof Boolean py3) {
      return new StringCoercion(py2, py3);
    }
    throw new MidplaneException(
        ErrorCode.PROTOCOL_VIOLATION,
        "reconfigure: " + value + " (expected: a tuple of two bools)");
  }

  /** What to send for it. */
  public Tuple asValue() {
    return Tuple.of(py2strAsPy3str, py3strAsPy2str);
  }
}
