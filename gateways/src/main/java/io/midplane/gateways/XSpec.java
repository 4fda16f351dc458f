package io.midplane.gateways;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a gateway leads and how it begins: {@code popen//python=python3//chdir=work}. Parts are
 * {@code key=value} or a bare {@code key}, with {@code //} between them, as execnet has them.
 *
 * <table>
 * <caption>Keys</caption>
 * <tr><td>{@code popen}</td><td>a process here: a JVM, or Python if {@code python=} says so</td></tr>
 * <tr><td>{@code ssh=HOST}</td><td>a process elsewhere; the value may have options, and {@code ssh_config=} names a file</td></tr>
 * <tr><td>{@code vagrant_ssh=NAME}</td><td>the same in a Vagrant machine</td></tr>
 * <tr><td>{@code socket=HOST:PORT}</td><td>a worker that listens; {@code token-file=FILE} if it asks for a token; {@code installvia=ID} has gateway ID start one</td></tr>
 * <tr><td>{@code inproc}</td><td>a Java worker within this JVM</td></tr>
 * <tr><td>{@code via=ID}</td><td>gateway ID starts the process and forwards</td></tr>
 * <tr><td>{@code python=COMMAND}</td><td>a Python worker by this command, split as a shell does</td></tr>
 * <tr><td>{@code java=PATH}, {@code jvm=OPTIONS}</td><td>which Java, and its options</td></tr>
 * <tr><td>{@code worker=execnet}</td><td>the Python worker is the execnet that is installed there</td></tr>
 * <tr><td>{@code id}, {@code execmodel}, {@code chdir}, {@code nice}, {@code env:NAME}, {@code dont_write_bytecode}</td><td>of the worker</td></tr>
 * </table>
 *
 * <p>Unknown keys are kept. Two specs of one text are equal. Immutable.
 */
public final class XSpec {
  private static final String SEPARATOR = "//";
  private static final String ENVIRONMENT = "env:";
  private static final Set<String> KINDS =
      Set.of("popen", "ssh", "vagrant_ssh", "socket", "inproc");

  private final String text;

  /** In the order of the text; null for a bare key. */
  private final Map<String, @Nullable String> values;

  private XSpec(String text, Map<String, @Nullable String> values) {
    this.text = text;
    this.values = values;
  }

  /**
   * The spec of a text.
   *
   * @throws MidplaneException INVALID_ARGUMENT for an empty part, a key given twice, or one that
   *     begins with an underscore
   */
  public static XSpec parse(String text) {
    Map<String, @Nullable String> values = new LinkedHashMap<>();
    for (String part : text.split(SEPARATOR, -1)) {
      int equals = part.indexOf('=');
      String key = equals < 0 ? part : part.substring(0, equals);
      if (key.isEmpty()) {
        throw wrong(text, "an empty part", "key or key=value between //");
      }
      if (key.startsWith("_")) {
        throw wrong(text, "key " + key, "no underscore at its beginning");
      }
      if (values.containsKey(key)) {
        throw wrong(text, "key " + key + " twice", "each key once");
      }
      values.put(key, equals < 0 ? null : part.substring(equals + 1));
    }
    return new XSpec(text, values);
  }

  /** Whether a key is given, with a value or bare. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** The value of a key; empty if it is not given, or bare. */
  public Optional<String> get(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /** The variables of {@code env:NAME=value}. */
  public Map<String, String> environment() {
    Map<String, String> variables = new LinkedHashMap<>();
    values.forEach((key, value) -> {
      if (key.startsWith(ENVIRONMENT)) {
        variables.put(key.substring(ENVIRONMENT.length()), value == null ? "" : value);
      }
    });
    return variables;
  }

  /** The same with one key more, or with another value of it. */
  public XSpec with(String key, String value) {
    if (has(key)) {
      throw wrong(text, "key " + key + " twice", "each key once");
    }
    return parse(text + SEPARATOR + key + "=" + value);
  }

  /**
   * Refuses what cannot begin a gateway, before anything is started.
   *
   * @throws MidplaneException INVALID_ARGUMENT
   */
  XSpec requireStartable() {
    long kinds = KINDS.stream().filter(this::has).count();
    if (kinds != 1) {
      throw wrong(
          text,
          kinds == 0 ? "no type of gateway" : "more than one type of gateway",
          "one of popen, ssh=, vagrant_ssh=, socket=, inproc");
    }
    for (String key : Set.of("ssh", "vagrant_ssh", "via", "installvia", "python", "java", "id")) {
      if (has(key) && get(key).orElse("").isBlank()) {
        throw wrong(text, key + " without a value", key + "=VALUE");
      }
    }
    requireSocketAlone();
    var unused = nice();
    return this;
  }

  private void requireSocketAlone() {
    if (!has("socket") && !has("inproc")) {
      return;
    }
    String kind = has("socket") ? "socket" : "inproc";
    for (String key : Set.of("python", "via", "java", "jvm")) {
      if (has(key)) {
        throw wrong(text, key + "= with " + kind, "it only where a process is started");
      }
    }
    if (has("socket") && get("socket").isEmpty() && !has("installvia")) {
      throw wrong(text, "socket without an address", "socket=HOST:PORT, or installvia=ID");
    }
  }

  /** How much to be nice; 0 if nothing is said. */
  int nice() {
    try {
      return Integer.parseInt(get("nice").orElse("0"));
    } catch (NumberFormatException noNumber) {
      throw wrong(text, "nice=" + values.get("nice"), "an integer");
    }
  }

  /** Whether the far end is Python. */
  boolean isPython() {
    return has("python") || get("worker").isPresent();
  }

  private static MidplaneException wrong(String text, String found, String expected) {
    return new MidplaneException(
        ErrorCode.INVALID_ARGUMENT,
        "spec " + text + ": " + found + " (expected: " + expected + ")");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof XSpec spec && spec.text.equals(text);
  }

  @Override
  public int hashCode() {
    return Objects.hash(text);
  }

  /** The text it was made of. */
  @Override
  public String toString() {
    return text;
  }
}
