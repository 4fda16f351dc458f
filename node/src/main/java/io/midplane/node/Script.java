package io.midplane.node;

import io.midplane.calls.MidplaneException;
import io.midplane.node.ScriptCompiler.Compiled;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A script that compiled, and how it is run: by the rules of the {@code java} launcher. */
final class Script {
  private final Path file;
  private final Compiled compiled;

  private Script(Path file, Compiled compiled) {
    this.file = file;
    this.compiled = compiled;
  }

  /** Compiles a script; if that fails the errors are printed and there is none. */
  static Optional<Script> compile(Path file, PrintStream err) {
    ScriptCompiler compiler = new ScriptCompiler(file);
    Optional<Compiled> compiled = compiler.compile();
    if (compiled.isEmpty()) {
      compiler.problems().forEach(err::println);
      err.println("midplane: script " + file + " was not run: " + reason(compiler));
    }
    return compiled.map(done -> new Script(file, done));
  }

  private static String reason(ScriptCompiler compiler) {
    int problems = compiler.problems().size();
    return switch (problems) {
      case 0 -> "it contains no class and no main()";
      case 1 -> "1 error";
      default -> problems + " errors";
    };
  }

  /** Runs it on the calling thread; returns the exit status. */
  int run(String[] arguments, PrintStream err) {
    try {
      Class<?> main = new Loader(compiled.classes()).loadClass(compiled.main());
      Thread.currentThread().setContextClassLoader(main.getClassLoader());
      return invoke(main, arguments, err);
    } catch (ReflectiveOperationException | LinkageError e) {
      err.println("midplane: script " + file + ": cannot be run: " + e);
      return ExitStatus.FAILED;
    }
  }

  private int invoke(Class<?> main, String[] arguments, PrintStream err)
      throws ReflectiveOperationException {
    Method method = find(main, String[].class);
    Object[] values = {arguments};
    if (method == null) {
      method = find(main);
      values = new Object[0];
    }
    if (method == null) {
      err.println("midplane: script " + file + ": no main() in " + main.getName());
      return ExitStatus.FAILED;
    }
    try {
      var _ = method.invoke(Modifier.isStatic(method.getModifiers()) ? null : make(main), values);
      return ExitStatus.OK;
    } catch (InvocationTargetException thrown) {
      return report(thrown.getCause(), err);
    }
  }

  private static @Nullable Method find(Class<?> main, Class<?>... parameters) {
    for (Class<?> type = main; type != null; type = type.getSuperclass()) {
      try {
        Method method = type.getDeclaredMethod("main", parameters);
        if (!Modifier.isPrivate(method.getModifiers())) {
          method.setAccessible(true);
          return method;
        }
      } catch (NoSuchMethodException inherited) {
        continue;
      }
    }
    return null;
  }

  private static Object make(Class<?> main) throws ReflectiveOperationException {
    Constructor<?> constructor = main.getDeclaredConstructor();
    constructor.setAccessible(true);
    return constructor.newInstance();
  }

  private int report(@Nullable Throwable thrown, PrintStream err) {
    if (thrown == null) {
      return ExitStatus.FAILED;
    }
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      cutBelowScript(cause);
    }
    err.println("midplane: script " + file + " failed:");
    thrown.printStackTrace(err);
    return thrown instanceof MidplaneException known
        ? ExitStatus.of(known.code())
        : ExitStatus.FAILED;
  }

  /** Leaves out who called the script. */
  private void cutBelowScript(Throwable thrown) {
    StackTraceElement[] stack = thrown.getStackTrace();
    for (int depth = stack.length; depth > 0; depth--) {
      if (compiled.classes().containsKey(stack[depth - 1].getClassName())) {
        thrown.setStackTrace(Arrays.copyOf(stack, depth));
        return;
      }
    }
  }

  private static final class Loader extends ClassLoader {
    private final Map<String, byte[]> classes;

    Loader(Map<String, byte[]> classes) {
      super(Script.class.getClassLoader());
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
}
