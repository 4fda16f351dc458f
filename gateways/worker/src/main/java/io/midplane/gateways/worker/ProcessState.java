package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a stock client may want of the worker's process, and Java has no method for: the current
 * folder, the priority, variables of the environment. A coordinator of Midplane needs none of this,
 * since it starts the process as it should be.
 */
final class ProcessState {
  private static final Path THREADS = Path.of("/proc/self/task");
  private static final Path STAT = Path.of("/proc/self/stat");
  private static final int NICE_FIELD = 16; // behind the name, which may hold blanks

  private ProcessState() {}

  /** Goes into a folder, made if it is missing. */
  static void changeFolder(String folder) throws IOException {
    Path path = Path.of(folder);
    if (!Files.exists(path)) {
      Files.createDirectory(path);
    }
    Libc.changeFolder(folder);
    System.setProperty("user.dir", path.toAbsolutePath().normalize().toString());
  }

  /** Adds to the niceness of every thread there is; new ones take it over. */
  static void nice(int more) throws IOException {
    String stat = Files.readString(STAT);
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    int niceness = Integer.parseInt(fields[NICE_FIELD]) + more;
    List<String> command =
        new ArrayList<>(List.of("renice", "-n", Integer.toString(niceness), "-p"));
    try (Stream<Path> threads = Files.list(THREADS)) {
      threads.forEach(thread -> command.add(thread.getFileName().toString()));
    }
    Process renice =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      int status = renice.waitFor();
      if (status != 0) {
        throw new IOException("renice: exit status " + status + "; see standard error");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("renice: interrupted", interrupted);
    }
  }

  /** Sets variables, for {@code System.getenv} and for processes that are started from here. */
  static void setVariables(Map<?, ?> variables) throws IOException {
    Map<String, String> seenHere = environment();
    for (var variable : variables.entrySet()) {
      String name = String.valueOf(variable.getKey());
      String value = String.valueOf(variable.getValue());
      Libc.setVariable(name, value);
      seenHere.put(name, value);
    }
  }

  /** The map behind {@code System.getenv}. */
  @SuppressWarnings("unchecked") // that is what it is, from text to text
  private static Map<String, String> environment() {
    try {
      Class<?> environment = Class.forName("java.lang.ProcessEnvironment");
      Field field = environment.getDeclaredField("theEnvironment");
      field.setAccessible(true);
      Constructor<?> asText =
          Class.forName("java.lang.ProcessEnvironment$StringEnvironment")
              .getDeclaredConstructors()[0];
      asText.setAccessible(true);
      return (Map<String, String>) asText.newInstance(field.get(null));
    } catch (ReflectiveOperationException | RuntimeException closed) {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED,
          "env: this JVM keeps its environment closed; start the worker by java -jar, or with"
              + " --add-opens java.base/java.lang=ALL-UNNAMED",
          closed);
    }
  }
}
