package io.midplane.cm;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import org.jspecify.annotations.Nullable;

/**
 * What an agent does for one of its tables. {@link MemoryTable} does all of it for rows in memory.
 *
 * <p>One action at a time runs in an agent, on its actor's thread, where blocking calls are
 * refused; see {@link TableDeclaration} for the ways out. Whatever a method throws becomes the
 * client's error and does not stop the agent; {@link CmContext#raiseError} is the way to refuse in
 * the agent's own words.
 *
 * @param <R> a row
 */
public interface TableHandler<R extends Record> {

  /** The row with this key; null if there is none. Asked before each change, too. */
  @Nullable R get(CmContext context, Key key) throws Exception;

  /**
   * The first row whose key is greater than {@code after}, in the order of {@link Key}; null if
   * there is none. Calls {@link CmContext#more()} exactly if a further row follows it.
   *
   * @param after null for the first row of the table; need not exist
   */
  @Nullable R getNext(CmContext context, @Nullable Key after) throws Exception;

  /**
   * Refuses a change that cannot be applied, with {@link CmContext#raiseError}. Must not change
   * anything: the change may never be applied.
   */
  default void check(CmContext context, Change<R> change) throws Exception {}

  /** Makes a change that {@link #check} has let through. */
  default void apply(CmContext context, Change<R> change) throws Exception {
    throw missing("apply", "declare the table readOnly()");
  }

  /** Refuses an operation that cannot be done, as {@link #check} does for a change. */
  default void checkOperation(CmContext context, Op<R> operation) throws Exception {}

  /** Does an operation that {@link #checkOperation} has let through. */
  default void applyOperation(CmContext context, Op<R> operation) throws Exception {
    throw missing("applyOperation", "take operation " + operation.name() + " out of the table");
  }

  private MidplaneException missing(String method, String remedy) {
    return new MidplaneException(
        ErrorCode.UNSUPPORTED,
        "%s: no %s(); write it or %s".formatted(getClass().getSimpleName(), method, remedy));
  }
}
