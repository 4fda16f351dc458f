package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.Arrays;

/** Which thread runs a task. */
public enum ExecutionModel {
  /** Each task on a thread of its own, all at once. */
  THREAD("thread"),
  /** One task at a time, on the main thread; another one is refused. */
  MAIN_THREAD_ONLY("main_thread_only");

  private final String word;

  ExecutionModel(String word) {
    this.word = word;
  }

  /** As specs and the state of a worker have it. */
  public String word() {
    return word;
  }

  /**
   * The model of a word.
   *
   * @throws MidplaneException UNSUPPORTED for those that only Python has, and for unknown ones
   */
  public static ExecutionModel of(String word) {
    return Arrays.stream(values())
        .filter(model -> model.word.equals(word))
        .findFirst()
        .orElseThrow(() ->
            new MidplaneException(
                ErrorCode.UNSUPPORTED,
                "execmodel: "
                    + word
                    + " (expected: thread or main_thread_only; eventlet and gevent are Python's,"
                    + " start a Python worker for them)"));
  }
}
