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
          answers.isDisturbed() && answers.step().transaction() != 0 && !answers.step().ends()),

  /** And it conflicts with changes before the first touch, or passed a quota with older values. */
  CONFLICTS_SINCE_THE_START(
      true,
      answers ->
          answers.isDisturbed() && answers.step().ends() && answers.second().equals("!EAGAIN")),

  /**
   * To answer that a node is missing or forbidden the C daemon reads all nodes above it, and so
   * conflicts with any change of theirs; ours only reads those on which the answer depends. Without
   * such an answer ours never commits where the C daemon does not.
   */
  CONFLICTS_WITH_ANCESTORS(
      true,
      answers ->
          answers.isDisturbed()
              && answers.hasRefusal()
              && answers.step().ends()
              && answers.first().equals("!EAGAIN")
              && answers.second().equals("OK|")),

  /** A path that is none is EINVAL here; the C daemon answers with the errno it had left over. */
  EMPTY_PATH(false, answers -> answers.step().payload().startsWith("|") && isError(answers)),

  /** The permissions of special names can be asked for, as in later versions of Xen. */
  PERMISSIONS_OF_SPECIAL_NAMES(
      false,
      answers ->
          answers.step().type().equals("GET_PERMS")
              && answers.step().payload().startsWith("@")
              && answers.first().equals("!EINVAL")),

  /** UNWATCH looks at the path here; the C daemon only finds that there is no such watch. */
  UNWATCH_OF_NO_PATH(
      false,
      answers ->
          answers.step().type().equals("UNWATCH")
              && answers.first().equals("!ENOENT")
              && answers.second().equals("!EINVAL"));

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
