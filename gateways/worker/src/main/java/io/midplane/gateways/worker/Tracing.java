package io.midplane.gateways.worker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lines about what happens, where the variable {@code EXECNET_DEBUG} wants them: {@code 2} is
 * standard error, with the process id before each; anything else but nothing is a file {@code
 * execnet-debug-PID} in the folder for temporary files.
 */
public final class Tracing {
  private static final String VARIABLE = "EXECNET_DEBUG";
  private static final String TO_STDERR = "2";

  private final @Nullable PrintStream out;
  private final String prefix;

  private Tracing(@Nullable PrintStream out, String prefix) {
    this.out = out;
    this.prefix = prefix;
  }

  /** As the environment says. */
  public static Tracing of(Map<String, String> environment) {
    String wanted = environment.getOrDefault(VARIABLE, "");
    long pid = ProcessHandle.current().pid();
    if (wanted.isEmpty()) {
      return new Tracing(null, "");
    }
    if (wanted.equals(TO_STDERR)) {
      return new Tracing(System.err, "[" + pid + "] ");
    }
    try {
      Path file = temporary(environment).resolve("execnet-debug-" + pid);
      OutputStream stream =
          Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      return new Tracing(new PrintStream(stream, true, StandardCharsets.UTF_8), "");
    } catch (IOException unwritable) {
      System.err.println("midplane: " + VARIABLE + ": " + unwritable);
      return new Tracing(null, "");
    }
  }

  private static Path temporary(Map<String, String> environment) {
    return List.of("TMPDIR", "TEMP", "TMP").stream()
        .map(name -> environment.getOrDefault(name, ""))
        .filter(folder -> !folder.isEmpty())
        .map(Path::of)
        .filter(Files::isDirectory)
        .findFirst()
        .orElse(Path.of("/tmp"));
  }

  /** Whether anybody reads it. */
  public boolean isOn() {
    return out != null;
  }

  /** Writes a line if somebody reads it. */
  public void line(String text) {
    if (out != null) {
      out.println(prefix + text);
    }
  }
}
