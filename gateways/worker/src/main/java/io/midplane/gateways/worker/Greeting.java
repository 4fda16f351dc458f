package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The line that a worker gets before any frame. Stock execnet sends a Python literal with the text
 * of its own worker, of which two names are all that matters here; a coordinator of Midplane sends
 * a line that execnet never would.
 *
 * @param id how the other side calls this worker
 * @param model which thread runs a task
 * @param midplane whether the other end is Midplane's too, so that both give credits
 */
public record Greeting(String id, ExecutionModel model, boolean midplane) {
  /** What the worker answers before its first frame. */
  public static final byte ANSWER = '1';

  private static final int LONGEST = 1 << 20;
  private static final String UNNAMED = "worker";
  private static final Pattern MODEL = Pattern.compile("get_execmodel\\(\\\\?['\"](\\w+)");
  private static final Pattern ID = Pattern.compile("serve\\(io, id=\\\\?['\"](.+?)\\\\?['\"]\\)");
  private static final Pattern OURS = Pattern.compile("midplane 1 execmodel=(\\w+) id=([^\\s]+)");

  /** The line as Midplane sends it, with its end. */
  public byte[] line() {
    String text = "midplane 1 execmodel=" + model.word() + " id=" + id + "\n";
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads one line and not a byte more. Blocks: until it is there.
   *
   * @return null if the stream ends before
   * @throws MidplaneException if it is too long, or wants what a Java worker does not have
   */
  public static @Nullable Greeting read(InputStream in) throws IOException {
    String line = readLine(in);
    return line == null ? null : of(line);
  }

  /** The line itself, without its end. */
  static @Nullable String readLine(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        return null;
      }
      if (line.size() == LONGEST) {
        throw new MidplaneException(
            ErrorCode.PROTOCOL_VIOLATION,
            "greeting: no end within " + LONGEST + " bytes (expected: one line)");
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  static Greeting of(String line) {
    Matcher ours = OURS.matcher(line);
    if (ours.lookingAt()) {
      return new Greeting(ours.group(2), ExecutionModel.of(ours.group(1)), true);
    }
    String model = last(MODEL, line);
    String id = last(ID, line);
    return new Greeting(
        id == null ? UNNAMED : id,
        model == null ? ExecutionModel.THREAD : ExecutionModel.of(model),
        false);
  }

  /** Its last place: before it comes the text of execnet, which has the word in itself. */
  private static @Nullable String last(Pattern pattern, String line) {
    String found = null;
    Matcher matcher = pattern.matcher(line);
    while (matcher.find()) {
      found = matcher.group(1);
    }
    return found;
  }
}
