package io.midplane.testkit;

import io.midplane.testkit.LostMessage.Kind;
import java.lang.reflect.AnnotatedElement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What a test declares to lose.
 *
 * @param kind how it is lost
 * @param type the class of the messages, or one above it
 * @param to path of the recipient; empty for every recipient
 * @param times how many, or {@link ExpectDeadLetters#AT_LEAST_ONE}
 */
record ExpectedLoss(Kind kind, Class<?> type, String to, int times) {

  /** What a test method declares. */
  static List<ExpectedLoss> of(AnnotatedElement test) {
    Stream<ExpectedLoss> deadLetters =
        AnnotationSupport.findRepeatableAnnotations(test, ExpectDeadLetters.class).stream()
            .map(it -> new ExpectedLoss(Kind.DEAD_LETTER, it.value(), it.to(), it.times()));
    Stream<ExpectedLoss> unhandled =
        AnnotationSupport.findRepeatableAnnotations(test, ExpectUnhandled.class).stream()
            .map(it -> new ExpectedLoss(Kind.UNHANDLED, it.value(), it.to(), it.times()));
    return Stream.concat(deadLetters, unhandled).toList();
  }

  boolean matches(LostMessage lost) {
    return kind == lost.kind()
        && type.isAssignableFrom(lost.type())
        && (to.isEmpty() || to.equals(lost.recipient()));
  }

  /** True if no more of them need be waited for. */
  boolean hasCome(List<LostMessage> lost) {
    return count(lost) >= Math.max(1, times);
  }

  /** True if as many came as were declared. */
  boolean isMet(List<LostMessage> lost) {
    return times == ExpectDeadLetters.AT_LEAST_ONE ? hasCome(lost) : count(lost) == times;
  }

  private long count(List<LostMessage> lost) {
    return lost.stream().filter(this::matches).count();
  }

  /** What to tell when it is not met. */
  String fault(List<LostMessage> lost) {
    return "%s of %s%s: %d came (expected: %s)"
        .formatted(
            kind.words(),
            type == Object.class ? "any type" : type.getName(),
            to.isEmpty() ? "" : " to " + to,
            count(lost),
            times == ExpectDeadLetters.AT_LEAST_ONE ? "at least 1" : String.valueOf(times));
  }
}
