package io.midplane.gateways.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Attribute;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.attribute.RecordAttribute;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What travels, looked at with the JDK's own reader of class files. */
class WorkerJarTest {
  private static final String TYPE_ANNOTATIONS = "RuntimeVisibleTypeAnnotations";

  private static Map<String, byte[]> classes(byte[] jar) throws IOException {
    Map<String, byte[]> classes = new TreeMap<>();
    try (JarInputStream in = new JarInputStream(new ByteArrayInputStream(jar))) {
      for (JarEntry next = in.getNextJarEntry(); next != null; next = in.getNextJarEntry()) {
        classes.put(next.getName(), in.readAllBytes());
      }
    }
    return classes;
  }

  /** Everything in a class that has attributes, with the attributes' names and the code's bytes. */
  private static List<String> contents(ClassModel model, String except) {
    List<String> all = new ArrayList<>();
    add(all, "class", model, except);
    model.fields().forEach(each -> add(all, each.fieldName() + "", each, except));
    model.methods().forEach(each -> add(all, each.methodName() + "", each, except));
    return all;
  }

  private static void add(List<String> all, String what, AttributedElement element, String except) {
    for (Attribute<?> each : element.attributes()) {
      String name = each.attributeName().stringValue();
      if (!name.equals(except)) {
        all.add(what + " " + name);
      }
      if (each instanceof CodeAttribute code) {
        all.add(what + " " + HexFormat.of().formatHex(code.codeArray()));
        add(all, what + " code", code, except);
      } else if (each instanceof RecordAttribute components) {
        components.components().forEach(part -> add(all, what + " " + part.name(), part, except));
      }
    }
  }

  @Test
  @DisplayName("the jar that travels has the classes of the build, but for annotations of types")
  void shouldLeaveOutOnlyWhatIsForCompilers() throws IOException {
    ByteArrayOutputStream jar = new ByteArrayOutputStream();
    WorkerJar.write(jar);

    Map<String, byte[]> classes = classes(jar.toByteArray());

    assertThat(classes).hasSizeGreaterThan(100);
    int annotated = 0;
    for (var entry : classes.entrySet()) {
      try (InputStream built = Worker.class.getResourceAsStream("/" + entry.getKey())) {
        ClassModel before = ClassFile.of().parse(built.readAllBytes());
        ClassModel after = ClassFile.of().parse(entry.getValue());
        List<String> kept = contents(after, "");
        assertThat(kept).as(entry.getKey()).isEqualTo(contents(before, TYPE_ANNOTATIONS));
        annotated += kept.equals(contents(before, "")) ? 0 : 1;
      }
    }
    assertThat(annotated).isGreaterThan(20);
  }
}
