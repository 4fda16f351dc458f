package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Tuple;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a frame EXEC asks for.
 *
 * @param source the text
 * @param fileName where it comes from, if it does
 * @param function what to call in it, if anything
 * @param arguments by name
 */
record Request(
    String source, @Nullable String fileName, @Nullable String function, Map<?, ?> arguments) {
  private static final String UNNAMED = "<remote exec>";
  private static final int FIELDS = 4;

  static Request of(@Nullable Object sent) {
    if (sent instanceof Tuple tuple
        && tuple.size() == FIELDS
        && tuple.get(0) instanceof String source
        && isTextOrNull(tuple.get(1))
        && isTextOrNull(tuple.get(2))
        && tuple.get(3) instanceof Map<?, ?> arguments) {
      return new Request(source, (String) tuple.get(1), (String) tuple.get(2), arguments);
    }
    throw new MidplaneException(
        ErrorCode.PROTOCOL_VIOLATION,
        "request: " + sent + " (expected: a tuple of source, file name, function name, arguments)");
  }

  /** For messages. */
  String shownName() {
    return fileName == null ? UNNAMED : fileName;
  }

  private static boolean isTextOrNull(@Nullable Object value) {
    return value == null || value instanceof String;
  }
}
