package io.midplane.gateways.worker;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An error of a task as the other side gets it: in the shape that Python people know, the last call
 * last and then the error, what caused it before it.
 */
final class Traceback {
  private static final String HEAD = "Traceback (most recent call last):\n";
  private static final String CAUSED =
      "\nThe above exception was the direct cause of the following exception:\n\n";
  private static final int MOST_CAUSES = 16;

  private Traceback() {}

  /** Of an error thrown in code of a user, in a callback. */
  static String of(Throwable failure) {
    return of(failure, null);
  }

  /**
   * Of an error thrown in a task.
   *
   * @param fileName what the task's own source is called, other than Java calls it
   */
  static String of(Throwable failure, @Nullable String fileName) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable next = failure;
        next != null && chain.size() < MOST_CAUSES && !chain.contains(next);
        next = next.getCause()) {
      chain.addFirst(next);
    }
    StringBuilder text = new StringBuilder();
    for (Throwable each : chain) {
      text.append(text.isEmpty() ? "" : CAUSED).append(one(each, fileName));
    }
    return text.toString();
  }

  private static String one(Throwable failure, @Nullable String fileName) {
    StringBuilder text = new StringBuilder(HEAD);
    StackTraceElement[] frames = failure.getStackTrace();
    int outermost = frames.length - 1;
    // What called the task is the worker's, and nobody's concern.
    while (outermost >= 0 && !isTask(frames[outermost])) {
      outermost--;
    }
    for (int i = outermost < 0 ? frames.length - 1 : outermost; i >= 0; i--) {
      StackTraceElement frame = frames[i];
      boolean own = fileName != null && isTask(frame);
      text.append("  File \"").append(own ? fileName : frame.getFileName());
      text.append("\", line ").append(frame.getLineNumber()).append(", in ");
      text.append(frame.getClassName()).append('.').append(frame.getMethodName()).append('\n');
    }
    return text.append(failure).append('\n').toString();
  }

  private static boolean isTask(StackTraceElement frame) {
    return TaskLoader.NAME.equals(frame.getClassLoaderName());
  }
}
