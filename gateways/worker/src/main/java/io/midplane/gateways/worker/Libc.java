package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.util.Optional;

/**
 * The few functions of the C library that are needed. By reflection, since the JDK's way to foreign
 * functions is there from Java 22 on, and this is compiled for 21.
 */
final class Libc {
  private static final String FOREIGN = "java.lang.foreign.";

  private Libc() {}

  /** Goes into a folder. */
  static void changeFolder(String folder) throws IOException {
    call("chdir", folder);
  }

  /** Sets a variable for processes that are started from here. */
  static void setVariable(String name, String value) throws IOException {
    call("setenv", name, value, 1);
  }

  /**
   * Calls a function that returns an int, 0 if all is well.
   *
   * @param arguments text and integers
   */
  private static void call(String name, Object... arguments) throws IOException {
    int result;
    try {
      Object arena = type("Arena").getMethod("global").invoke(null);
      var allocate = type("SegmentAllocator").getMethod("allocateFrom", String.class);
      Object[] passed = arguments.clone();
      for (int i = 0; i < passed.length; i++) {
        if (passed[i] instanceof String text) {
          passed[i] = allocate.invoke(arena, text);
        }
      }
      result = (int) function(name, arguments).invokeWithArguments(passed);
    } catch (ReflectiveOperationException | UnsupportedOperationException missing) {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED,
          name + ": needs Java 22 or later here (is: " + Runtime.version().feature() + ")",
          missing);
    } catch (Throwable failure) {
      throw new IOException(name + ": " + failure, failure);
    }
    if (result != 0) {
      throw new IOException(name + ": refused for " + arguments[0]);
    }
  }

  private static MethodHandle function(String name, Object... arguments)
      throws ReflectiveOperationException {
    Class<?> linkerType = type("Linker");
    Object linker = linkerType.getMethod("nativeLinker").invoke(null);
    Object lookup = linkerType.getMethod("defaultLookup").invoke(linker);
    var symbol =
        (Optional<?>) type("SymbolLookup").getMethod("find", String.class).invoke(lookup, name);
    Class<?> layout = type("MemoryLayout");
    Object address = type("ValueLayout").getField("ADDRESS").get(null);
    Object integer = type("ValueLayout").getField("JAVA_INT").get(null);
    Object layouts = Array.newInstance(layout, arguments.length);
    for (int i = 0; i < arguments.length; i++) {
      Array.set(layouts, i, arguments[i] instanceof String ? address : integer);
    }
    Object descriptor =
        type("FunctionDescriptor")
            .getMethod("of", layout, layouts.getClass())
            .invoke(null, integer, layouts);
    Object noOptions = Array.newInstance(type("Linker$Option"), 0);
    return (MethodHandle)
        linkerType
            .getMethod(
                "downcallHandle",
                type("MemorySegment"),
                type("FunctionDescriptor"),
                noOptions.getClass())
            .invoke(linker, symbol.orElseThrow(), descriptor, noOptions);
  }

  private static Class<?> type(String name) throws ClassNotFoundException {
    return Class.forName(FOREIGN + name);
  }
}
