package io.midplane.gateways;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.Serializable;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;

/**
 * A static method by its class and name.
 *
 * @param type the class
 * @param name the method's
 */
record MethodReference(Class<?> type, String name) {

  /**
   * What a method reference, or a lambda that captures nothing, refers to.
   *
   * @throws MidplaneException INVALID_ARGUMENT for one that carries an object along
   */
  static MethodReference of(Serializable task) {
    try {
      Method inside = task.getClass().getDeclaredMethod("writeReplace");
      inside.setAccessible(true);
      if (inside.invoke(task) instanceof SerializedLambda lambda) {
        return of(lambda, task.getClass().getClassLoader());
      }
    } catch (ReflectiveOperationException noLambda) {
      // Said below.
    }
    throw wrong(task.getClass().getName());
  }

  private static MethodReference of(SerializedLambda lambda, ClassLoader loader) {
    String name = lambda.getImplClass().replace('/', '.');
    if (lambda.getCapturedArgCount() > 0
        || lambda.getImplMethodKind() != MethodHandleInfo.REF_invokeStatic) {
      throw wrong(name + "." + lambda.getImplMethodName());
    }
    try {
      return new MethodReference(Class.forName(name, false, loader), lambda.getImplMethodName());
    } catch (ClassNotFoundException hidden) {
      throw wrong(name);
    }
  }

  private static MidplaneException wrong(String found) {
    return new MidplaneException(
        ErrorCode.INVALID_ARGUMENT,
        "task: "
            + found
            + " (expected: a static method, as in Tasks::count, or a lambda that captures nothing;"
            + " what it needs it gets as arguments)");
  }

  /** {@code Class#method}, as the worker takes it. */
  @Override
  public String toString() {
    return type.getName() + "#" + name;
  }
}
