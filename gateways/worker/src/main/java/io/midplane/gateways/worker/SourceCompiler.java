package io.midplane.gateways.worker;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Compiles source text in memory with the compiler of the JDK, if there is one. */
final class SourceCompiler {
  private static final String MISSING =
      "no Java compiler in "
          + System.getProperty("java.home")
          + " (expected: a JDK, to run source text); start the worker with a JDK, or send compiled"
          + " classes";

  private final List<String> options;

  /**
   * A compiler.
   *
   * @param release the oldest Java that is to run it; null for this one
   */
  SourceCompiler(@Nullable Integer release) {
    List<String> all =
        new ArrayList<>(List.of("-proc:none", "-parameters", "-g", "-classpath", classPath()));
    if (release != null) {
      all.addAll(List.of("--release", release.toString()));
    }
    this.options = List.copyOf(all);
  }

  static boolean isAvailable() {
    return ToolProvider.getSystemJavaCompiler() != null;
  }

  CompiledSource compile(SourceText source, String fileName) throws CompileException {
    JavaCompiler compiler = compiler();
    var problems = new DiagnosticCollector<JavaFileObject>();
    var text = new InMemory(source.className(), JavaFileObject.Kind.SOURCE, source.text());
    try (var files = new Memory(compiler.getStandardFileManager(problems, null, null))) {
      boolean done = compiler.getTask(null, files, problems, options, null, List.of(text)).call();
      if (!done) {
        throw new CompileException(describe(problems.getDiagnostics(), source, fileName));
      }
      return new CompiledSource(source.className(), files.classes());
    } catch (IOException never) {
      throw new CompileException(fileName + ": " + never.getMessage());
    }
  }

  private static JavaCompiler compiler() throws CompileException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new CompileException(MISSING);
    }
    return compiler;
  }

  /** The worker's own, so that source text sees {@link Channel}. */
  private static String classPath() {
    String here =
        SourceCompiler.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    return new File(here).getPath()
        + File.pathSeparator
        + System.getProperty("java.class.path", "");
  }

  private static String describe(
      List<Diagnostic<? extends JavaFileObject>> problems, SourceText source, String fileName) {
    List<String> lines = source.text().lines().toList();
    StringBuilder text = new StringBuilder("Traceback (most recent call last):\n");
    String first = "compilation failed";
    boolean none = true;
    for (Diagnostic<? extends JavaFileObject> problem : problems) {
      if (problem.getKind() == Diagnostic.Kind.ERROR) {
        int line = (int) problem.getLineNumber();
        String message = problem.getMessage(Locale.ROOT);
        text.append("  File \"%s\", line %d: %s\n".formatted(fileName, line, message));
        if (line > 1 && line <= lines.size()) {
          text.append("    ").append(lines.get(line - 1).strip()).append('\n');
        }
        first =
            none
                ? "%s:%d: %s".formatted(fileName, line, message.lines().findFirst().orElse(""))
                : first;
        none = false;
      }
    }
    if (source.looksLikePython()) {
      first += "; this worker runs Java source (for Python, start a Python worker)";
    }
    return text.append("CompileError: ").append(first).append('\n').toString();
  }

  /** A file that is no file: source text, or a class that is written. */
  private static final class InMemory extends SimpleJavaFileObject {
    private final String text;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    InMemory(String className, Kind kind, String text) {
      super(URI.create("memory:///" + className.replace('.', '/') + kind.extension), kind);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }

    @Override
    public OutputStream openOutputStream() {
      return bytes;
    }
  }

  private static final class Memory extends ForwardingJavaFileManager<StandardJavaFileManager> {
    private final Map<String, InMemory> outputs = new HashMap<>();

    Memory(StandardJavaFileManager files) {
      super(files);
    }

    Map<String, byte[]> classes() {
      Map<String, byte[]> classes = new HashMap<>();
      outputs.forEach((name, output) -> classes.put(name, output.bytes.toByteArray()));
      return Map.copyOf(classes);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        JavaFileManager.Location location,
        String className,
        JavaFileObject.Kind kind,
        FileObject sibling) {
      return outputs.computeIfAbsent(className, name -> new InMemory(name, kind, ""));
    }
  }
}
