package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Bytes;
import io.midplane.gateways.wire.Tuple;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A static method of a class that came as bytes. The request is as execnet's, with a file name that
 * no file has ({@link #MARK}), {@code Class#method} as the function, and as its arguments what the
 * constants name. Between two ends of Midplane only; docs/reference/gateway-wire.md has the
 * details.
 */
public final class ShippedTask implements Task {
  /** The file name of such a request. */
  public static final String MARK = "midplane:task";

  /** Argument: a dict of class names and their bytes. */
  public static final String CLASSES = "classes";

  /** Argument: a tuple of what the method gets behind the channel. */
  public static final String ARGUMENTS = "arguments";

  /** Argument: a channel that answers a class name with its bytes or None; or None. */
  public static final String QUESTIONS = "questions";

  /** Argument: how tracebacks call the source of the classes; or None. */
  public static final String FILE = "file";

  /** Argument: whether the channel belongs to the thread that runs the task. */
  public static final String CONFINED = "confined";

  /** How tracebacks call source without a file. */
  public static final String UNNAMED = "<remote exec>";

  private final String type;
  private final String method;
  private final Map<String, byte[]> classes;
  private final Tuple arguments;
  private final @Nullable Channel questions;
  private final @Nullable String file;
  private final boolean confined;

  private ShippedTask(
      String type,
      String method,
      Map<String, byte[]> classes,
      Tuple arguments,
      @Nullable Channel questions,
      @Nullable String file,
      boolean confined) {
    this.type = type;
    this.method = method;
    this.classes = classes;
    this.arguments = arguments;
    this.questions = questions;
    this.file = file;
    this.confined = confined;
  }

  /** The task of a request; null if it is another kind of request. */
  static @Nullable ShippedTask of(Request request) {
    String function = request.function();
    if (!MARK.equals(request.fileName()) || function == null) {
      return null;
    }
    int hash = function.indexOf('#');
    Map<?, ?> details = request.arguments();
    if (hash < 0
        || !(details.get(CLASSES) instanceof Map<?, ?> sent)
        || !(details.get(ARGUMENTS) instanceof Tuple arguments)) {
      throw new MidplaneException(
          ErrorCode.PROTOCOL_VIOLATION,
          "task: " + function + " (expected: Class#method, a dict of classes, a tuple)");
    }
    Map<String, byte[]> classes = new HashMap<>();
    sent.forEach((name, bytes) -> {
      if (bytes instanceof Bytes content) {
        classes.put(String.valueOf(name), content.toArray());
      }
    });
    return new ShippedTask(
        function.substring(0, hash),
        function.substring(hash + 1),
        classes,
        arguments,
        details.get(QUESTIONS) instanceof Channel asking ? asking : null,
        details.get(FILE) instanceof String name ? name : null,
        Boolean.TRUE.equals(details.get(CONFINED)));
  }

  @Override
  public @Nullable String fileName() {
    return file;
  }

  @Override
  public String shown() {
    return type + "#" + method;
  }

  /**
   * Whether classes may be missing here, which are fetched when they are needed. A virtual thread
   * keeps its carrier meanwhile, and there are few.
   */
  boolean fetchesClasses() {
    return questions != null;
  }

  @Override
  public void run(Channel channel) throws Throwable {
    ClassLoader own = ShippedTask.class.getClassLoader();
    TaskLoader loader = new TaskLoader(classes, own, questions);
    Thread.currentThread().setContextClassLoader(loader);
    try {
      if (confined) {
        channel.confine();
      }
      Method found = find(loader.loadClass(type));
      found.setAccessible(true);
      found.invoke(null, withArguments(channel, found.getParameterTypes()));
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    } finally {
      Thread.currentThread().setContextClassLoader(own);
      if (questions != null) {
        questions.close();
      }
    }
  }

  private Method find(Class<?> owner) {
    List<Method> found =
        Stream.of(owner.getDeclaredMethods())
            .filter(each -> each.getName().equals(method))
            .filter(each -> Modifier.isStatic(each.getModifiers()))
            .filter(each -> each.getParameterCount() == arguments.size() + 1)
            .filter(each -> each.getParameterTypes()[0] == Channel.class)
            .toList();
    if (found.size() == 1) {
      return found.getFirst();
    }
    throw new MidplaneException(
        ErrorCode.INVALID_ARGUMENT,
        "%s#%s: %s (expected: one static method of a Channel and %d more)"
            .formatted(type, method, found.isEmpty() ? "none found" : "several", arguments.size()));
  }

  private @Nullable Object[] withArguments(Channel channel, Class<?>[] types) {
    List<@Nullable Object> all = new ArrayList<>();
    all.add(channel);
    for (int i = 0; i < arguments.size(); i++) {
      all.add(Arguments.as(types[i + 1], arguments.get(i)));
    }
    return all.toArray();
  }
}
