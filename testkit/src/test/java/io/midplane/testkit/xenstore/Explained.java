package io.midplane.testkit.xenstore;

import io.midplane.testkit.xenstore.Differential.Answers;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Where our server answers otherwise than the C daemon of Xen 4.17, and why. */
enum Explained {
  /**
   * Ours is a snapshot of the start, the C daemon's state is that of the first touch: a transaction
   * during which something was changed may read older values here.
   */
  READS_THE_START(
      false,
      answers ->
          answers.isDisturbed()
              && answers.step().isInTransaction()
              && !answers.step().type().equals("TRANSACTION_END")),

  /** And it conflicts with changes before the first touch. It never commits where C would not. */
  CONFLICTS_SINCE_THE_START(
      true,
      answers ->
          answers.isDisturbed()
              && answers.step().type().equals("TRANSACTION_END")
              && answers.second().equals("!EAGAIN")),

  /** A path that is empty is EINVAL here; the C daemon answers with the errno it had left over. */
  EMPTY_PATH(false, answers -> answers.step().payload().startsWith("|") && isError(answers));

  private final boolean diverges;
  private final Predicate<Answers> fits;

  Explained(boolean diverges, Predicate<Answers> fits) {
    this.diverges = diverges;
    this.fits = fits;
  }

  private static boolean isError(Answers answers) {
    return answers.first().startsWith("!") && answers.second().startsWith("!");
  }

  /** Whether the servers' trees are no longer the same after it. */
  boolean diverges() {
    return diverges;
  }

  /** The reason for a difference; null if there is none. */
  static @Nullable Explained of(Answers answers) {
    return Arrays.stream(values())
        .filter(reason -> reason.fits.test(answers))
        .findFirst()
        .orElse(null);
  }
}
