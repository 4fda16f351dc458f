package io.midplane.architecture;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Finds public types and packages without Javadoc, in the sources, since byte code holds none. */
final class Documentation {

  private Documentation() {}

  /** Where Javadoc is missing: files whose public top-level type, or whose package, has none. */
  static List<Path> missing(List<Path> sources) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    List<Path> missing = new ArrayList<>();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      var units = files.getJavaFileObjectsFromPaths(sources);
      var task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, List.of("-proc:none", "-Xlint:none"), null, units);
      DocTrees documentation = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        if (!isDocumented(unit, documentation)) {
          missing.add(Path.of(unit.getSourceFile().toUri()));
        }
      }
    }
    return missing;
  }

  private static boolean isDocumented(CompilationUnitTree unit, DocTrees documentation) {
    TreePath root = new TreePath(unit);
    if (unit.getSourceFile().isNameCompatible("package-info", unit.getSourceFile().getKind())) {
      return hasText(documentation, new TreePath(root, unit.getPackage()));
    }
    return unit.getTypeDecls().stream()
        .filter(Documentation::isPublic)
        .allMatch(type -> hasText(documentation, new TreePath(root, type)));
  }

  private static boolean isPublic(Tree type) {
    return type instanceof ClassTree named
        && named.getModifiers().getFlags().contains(Modifier.PUBLIC);
  }

  private static boolean hasText(DocTrees documentation, TreePath path) {
    String text = documentation.getDocComment(path);
    return text != null && !text.isBlank();
  }
}
