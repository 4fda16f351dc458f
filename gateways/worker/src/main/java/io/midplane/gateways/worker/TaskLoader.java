package io.midplane.gateways.worker;

import io.midplane.gateways.wire.Bytes;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The classes of one task; they go when it is over. */
final class TaskLoader extends ClassLoader {
  /** How stack traces call it. */
  static final String NAME = "task";

  private final Map<String, byte[]> classes;
  private final @Nullable Channel questions;

  TaskLoader(Map<String, byte[]> classes, ClassLoader parent) {
    this(classes, parent, null);
  }

  /**
   * A loader that asks for what it does not have.
   *
   * @param questions takes the name of a class, answers its bytes or None; null to ask nobody
   */
  TaskLoader(Map<String, byte[]> classes, ClassLoader parent, @Nullable Channel questions) {
    super(NAME, parent);
    this.classes = classes;
    this.questions = questions;
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = classes.get(name);
    if (bytes == null) {
      bytes = ask(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  /** Under the loader's lock, so that each answer is for its question. */
  private synchronized byte[] ask(String name) throws ClassNotFoundException {
    if (questions != null) {
      questions.send(name);
      if (questions.receive() instanceof Bytes bytes) {
        return bytes.toArray();
      }
    }
    throw new ClassNotFoundException(name);
  }
}
