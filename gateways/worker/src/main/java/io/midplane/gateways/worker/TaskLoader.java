package io.midplane.gateways.worker;

import java.util.Map;

/** The classes of one task; they go when it is over. */
final class TaskLoader extends ClassLoader {
  /** How stack traces call it. */
  static final String NAME = "task";

  private final Map<String, byte[]> classes;

  TaskLoader(Map<String, byte[]> classes, ClassLoader parent) {
    super(NAME, parent);
    this.classes = classes;
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = classes.get(name);
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }
}
