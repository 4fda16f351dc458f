package io.midplane.architecture;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Compiles source text on the fly, so that a breach can be planted in any package of the house. */
final class PlantedCode {

  private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+);");
  private static final Pattern TYPE = Pattern.compile("(?:class|interface|record) (\\w+)");

  private PlantedCode() {}

  /** The classes of the given compilation units, compiled into {@code folder}. */
  static JavaClasses compile(Path folder, String... units) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, UTF_8)) {
      files.setLocationFromPaths(
          StandardLocation.CLASS_OUTPUT, List.of(Files.createDirectories(folder)));
      List<? extends JavaFileObject> sources =
          Arrays.stream(units).map(PlantedCode::source).toList();
      List<String> options = List.of("-proc:none", "-parameters");
      if (!compiler.getTask(messages, files, null, options, null, sources).call()) {
        throw new IllegalArgumentException("planted code does not compile: " + messages);
      }
    }
    return new ClassFileImporter().importPath(folder);
  }

  private static JavaFileObject source(String text) {
    String name = first(PACKAGE, text).replace('.', '/') + "/" + first(TYPE, text) + ".java";
    return new SimpleJavaFileObject(URI.create("planted:///" + name), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }

  private static String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalArgumentException("no " + pattern + " in: " + text);
    }
    return matcher.group(1);
  }
}
