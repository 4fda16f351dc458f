package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;

/** Java source text that runs: compiled here, in a class loader of its own. */
final class JavaTask implements Task {
  private static final String MAIN = "main";

  private final SourceCache cache;
  private final Request request;

  JavaTask(SourceCache cache, Request request) {
    this.cache = cache;
    this.request = request;
  }

  @Override
  public String fileName() {
    return request.shownName();
  }

  @Override
  public String shown() {
    return request.source();
  }

  @Override
  public void run(Channel channel) throws Throwable {
    if (request.function() != null) {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED,
          "function "
              + request.function()
              + ": a Python function cannot run on a Java worker (expected: Java source text)");
    }
    CompiledSource compiled = cache.compile(request.source(), request.shownName());
    TaskLoader loader = new TaskLoader(compiled.classes(), JavaTask.class.getClassLoader());
    Thread.currentThread().setContextClassLoader(loader);
    try {
      main(loader.loadClass(compiled.mainClass())).invoke(null, channel);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    } finally {
      Thread.currentThread().setContextClassLoader(JavaTask.class.getClassLoader());
    }
  }

  private Method main(Class<?> type) throws CompileException {
    try {
      Method main = type.getDeclaredMethod(MAIN, Channel.class);
      if (Modifier.isStatic(main.getModifiers())) {
        main.setAccessible(true);
        return main;
      }
    } catch (NoSuchMethodException missing) {
      // Said below, with what is expected.
    }
    throw new CompileException(
        request.shownName()
            + ": "
            + type.getName()
            + " has no static void main(Channel channel) (expected: one, or statements only)");
  }
}
