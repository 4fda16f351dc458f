package io.midplane.node;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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

/**
 * Compiles a script in memory, as the JDK's source launcher does, with imports of its own in front
 * of the script's first line, so that all line numbers stay.
 */
final class ScriptCompiler {
  private static final String IMPORTS =
      "import module java.base; import io.midplane.protocol.*; import io.midplane.calls.*; ";

  private final Path file;
  private final JavaCompiler compiler;
  private final DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();

  ScriptCompiler(Path file) {
    this.file = file;
    JavaCompiler found = ToolProvider.getSystemJavaCompiler();
    if (found == null) {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED,
          "script: this Java runtime has no compiler (expected: a JDK); set MIDPLANE_JAVA_HOME");
    }
    this.compiler = found;
  }

  /**
   * Compiles it.
   *
   * @return its classes by name, the one with {@code main} first; empty if there are {@link
   *     #problems}
   * @throws MidplaneException NOT_FOUND if the file cannot be read
   */
  Optional<Compiled> compile() {
    String source = withoutShebang(read());
    try (StandardJavaFileManager files = compiler.getStandardFileManager(problems, null, null);
        InMemory output = new InMemory(files)) {
      CompilationUnitTree unit = parse(source, files);
      String main = unit == null ? null : mainClass(unit);
      if (unit == null || main == null) {
        return Optional.empty();
      }
      Source changed = new Source(file, withImports(source, unit));
      boolean done =
          compiler.getTask(null, output, problems, options(), null, List.of(changed)).call();
      return done ? Optional.of(new Compiled(main, output.classes())) : Optional.empty();
    } catch (IOException e) {
      throw new MidplaneException(ErrorCode.IO_FAILED, "script " + file + ": " + e, e);
    }
  }

  /**
   * A compiled script.
   *
   * @param main the name of its first class, which holds {@code main}
   * @param classes the bytes of all its classes
   */
  record Compiled(String main, Map<String, byte[]> classes) {}

  /** What the compiler refused, each with file and line. */
  List<String> problems() {
    return problems.getDiagnostics().stream()
        .filter(problem -> problem.getKind() == Diagnostic.Kind.ERROR)
        .map(problem ->
            "%s:%d: %s".formatted(file, problem.getLineNumber(), problem.getMessage(Locale.ROOT)))
        .toList();
  }

  private String read() {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new MidplaneException(
          ErrorCode.NOT_FOUND, "script %s: %s".formatted(file, reason(e)), e);
    }
  }

  private static String reason(IOException failure) {
    return switch (failure) {
      case NoSuchFileException _ -> "no such file";
      case CharacterCodingException _ -> "not a text (expected: Java source in UTF-8)";
      case FileSystemException named when named.getReason() != null ->
          "cannot be read: " + named.getReason();
      default -> "cannot be read: " + failure;
    };
  }

  private static String withoutShebang(String source) {
    int end = source.indexOf('\n');
    return source.startsWith("#!") ? (end < 0 ? "" : source.substring(end)) : source;
  }

  private @Nullable CompilationUnitTree parse(String source, JavaFileManager files)
      throws IOException {
    JavacTask task =
        (JavacTask)
            compiler.getTask(
                null, files, problems, options(), null, List.of(new Source(file, source)));
    CompilationUnitTree unit = task.parse().iterator().next();
    positions = Trees.instance(task);
    return problems().isEmpty() ? unit : null;
  }

  private @Nullable Trees positions;

  private String withImports(String source, CompilationUnitTree unit) {
    Tree named = unit.getPackage();
    if (named == null || positions == null) {
      return IMPORTS + source;
    }
    int end = (int) positions.getSourcePositions().getEndPosition(unit, named);
    return source.substring(0, end) + " " + IMPORTS + source.substring(end);
  }

  private static @Nullable String mainClass(CompilationUnitTree unit) {
    for (Tree type : unit.getTypeDecls()) {
      if (type instanceof ClassTree first) {
        String name = first.getSimpleName().toString();
        return unit.getPackageName() == null ? name : unit.getPackageName() + "." + name;
      }
    }
    return null;
  }

  private static List<String> options() {
    return List.of(
        "-proc:none", "-Xlint:none", "-g", "-classpath", System.getProperty("java.class.path", ""));
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(Path file, String text) {
      super(file.toUri(), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> written = new HashMap<>();

    InMemory(JavaFileManager files) {
      super(files);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String name, JavaFileObject.Kind kind, @Nullable FileObject sibling) {
      return new SimpleJavaFileObject(URI.create("memory:///" + name.replace('.', '/')), kind) {
        @Override
        public OutputStream openOutputStream() {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          written.put(name, bytes);
          return bytes;
        }
      };
    }

    Map<String, byte[]> classes() {
      Map<String, byte[]> classes = new HashMap<>();
      written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
      return classes;
    }
  }
}
