package io.midplane.node;

import com.typesafe.config.Config;
import io.midplane.actors.Agent;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.ProcessName;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * An agent that a node is to start: its class and the name it goes by.
 *
 * @param className a public class with a public constructor without parameters
 * @param name unless given, the class's simple name in lower case without {@code Agent}
 */
record AgentSpec(String className, String name) {

  AgentSpec {
    ProcessName.check(name, "agent name");
  }

  /** Reads {@code CLASS[=NAME]}. */
  static AgentSpec parse(String text) {
    int equals = text.indexOf('=');
    return equals < 0
        ? new AgentSpec(text, defaultName(text))
        : new AgentSpec(text.substring(0, equals), text.substring(equals + 1));
  }

  /** Reads an entry of {@code midplane.node.agents}. */
  static AgentSpec of(Config entry) {
    for (var key : entry.root().keySet()) {
      if (!key.equals("class") && !key.equals("name")) {
        throw refuse(entry, "unknown setting " + key);
      }
    }
    if (!entry.hasPath("class")) {
      throw refuse(entry, "no class");
    }
    String type = entry.getString("class");
    return new AgentSpec(type, entry.hasPath("name") ? entry.getString("name") : defaultName(type));
  }

  private static MidplaneException refuse(Config entry, String fact) {
    return new MidplaneException(
        ErrorCode.INVALID_ARGUMENT,
        "midplane.node.agents: %s in %s (expected: { class = …, name = … })"
            .formatted(fact, entry.origin().description()));
  }

  static String defaultName(String className) {
    String simple =
        className.substring(Math.max(className.lastIndexOf('.'), className.lastIndexOf('$')) + 1);
    String shorter = simple.endsWith("Agent") ? simple.substring(0, simple.length() - 5) : simple;
    return (shorter.isEmpty() ? simple : shorter).toLowerCase(Locale.ROOT);
  }

  /**
   * Finds the class and how to make agents of it.
   *
   * @throws MidplaneException INVALID_ARGUMENT if it is not found or no agent can be made of it
   */
  Supplier<Agent> load() {
    Class<?> type;
    try {
      type = Class.forName(className, false, AgentSpec.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      throw refuse("not found on the class path");
    }
    if (!Agent.class.isAssignableFrom(type)) {
      throw refuse("does not implement " + Agent.class.getName());
    }
    if (!Modifier.isPublic(type.getModifiers()) || Modifier.isAbstract(type.getModifiers())) {
      throw refuse("not public, or abstract");
    }
    try {
      Constructor<?> constructor = type.getConstructor();
      return () -> make(constructor);
    } catch (NoSuchMethodException e) {
      throw refuse("no public constructor without parameters");
    }
  }

  private Agent make(Constructor<?> constructor) {
    try {
      return (Agent) constructor.newInstance();
    } catch (ReflectiveOperationException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new MidplaneException(
          ErrorCode.INTERNAL, "agent " + name + ": its constructor failed: " + cause, cause);
    }
  }

  private MidplaneException refuse(String fact) {
    return new MidplaneException(
        ErrorCode.INVALID_ARGUMENT,
        "agent class %s: %s (expected: a public class that implements Agent and has a public"
                .formatted(className, fact)
            + " constructor without parameters)");
  }
}
