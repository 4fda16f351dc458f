package io.midplane.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Scripts as users write them, right and wrong. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScriptTest {

  private record Ran(int status, String printed, String err) {}

  private Path folder;
  private NodeUnderTest node;

  @BeforeAll
  void start(@TempDir Path temporary) {
    folder = temporary;
    node = new NodeUnderTest(folder, new LampAgent(), "lamp");
  }

  @AfterAll
  void stop() {
    node.close();
  }

  private Path write(String name, String source) {
    return write(name, source.getBytes(StandardCharsets.UTF_8));
  }

  private Path write(String name, byte[] source) {
    try {
      return Files.write(folder.resolve(name), source);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Runs a script; what it prints goes to the JVM's own standard output. */
  private Ran run(Path script, String... arguments) {
    String[] line = new String[arguments.length + 2];
    line[0] = "script";
    line[1] = script.toString();
    System.arraycopy(arguments, 0, line, 2, arguments.length);
    PrintStream before = System.out;
    var printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true));
    try {
      var ran = Cli.at(node.socket()).run(line);
      return new Ran(ran.status(), printed.toString(), ran.err());
    } finally {
      System.setOut(before);
    }
  }

  @Test
  void shouldRunTheScriptOfTheReadme() {
    Cli.at(node.socket()).run("cm", "set", "lamp", "name=desk", "watts=7");
    Path script =
        write(
            "lamps.java",
            """
            void main() {
                try (var node = MidplaneClient.connect()) {
                    node.configuration().walk("lamp").forEach(IO::println);
                }
            }
            """);

    Ran ran = run(script);

    assertThat(ran.printed()).isEqualTo("{name=desk, watts=7, on=false, rooms=[]}\n");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.status()).isZero();
  }

  @Test
  void shouldPassArgumentsEvenIfTheyLookLikeOptions() {
    Path script = write("args.java", "void main(String[] args) { IO.println(List.of(args)); }");

    assertThat(run(script, "--json", "-x", "a").printed()).isEqualTo("[--json, -x, a]\n");
  }

  @Test
  void shouldRunAStaticMainOfAClassInAPackageWithAShebang() {
    Path script =
        write(
            "Classic.java",
            """
            #!/usr/bin/env midplane
            // a comment
            package some.where;

            import java.util.function.Supplier;

            public class Classic {
              record Pair(Row one, Row other) {}

              public static void main(String[] args) {
                Supplier<Pair> pair = () -> new Pair(Row.of("a", 1), Row.empty());
                System.out.println(pair.get().one());
                throw new IllegalStateException("line twelve");
              }
            }
            """);

    Ran ran = run(script);

    assertThat(ran.printed()).isEqualTo("{a=1}\n");
    assertThat(ran.err()).contains("\tat some.where.Classic.main(Classic.java:13)\n");
    assertThat(ran.status()).isEqualTo(1);
  }

  @Test
  void shouldShowCompileErrorsWithTheLineOfTheFile() {
    Path script =
        write(
            "wrong.java",
            """
            void main() {
              int x = "text";
              unknown();
            }
            """);

    Ran ran = run(script);

    assertThat(ran.err())
        .contains(script + ":2: incompatible types")
        .contains(script + ":3: cannot find symbol")
        .endsWith("midplane: script " + script + " was not run: 2 errors\n");
    assertThat(ran.status()).isEqualTo(1);
  }

  @Test
  void shouldShowASyntaxErrorWithTheLineOfTheFile() {
    Path script = write("torn.java", "void main() {\n  int x = ;\n}\n");

    assertThat(run(script).err()).contains(script + ":2: illegal start of expression");
  }

  @Test
  void shouldShowTheScriptsFramesAndNoneBelow() {
    Path script =
        write(
            "failing.java",
            """
            void main() {
              deeper();
            }
            void deeper() {
              try (var node = MidplaneClient.connect()) {
                node.configuration().get("nix", 1);
              }
            }
            """);

    Ran ran = run(script);

    assertThat(ran.err())
        .startsWith("midplane: script " + script + " failed:\n")
        .contains("table nix: unknown")
        .contains("at failing.deeper(failing.java:6)")
        .contains("at failing.main(failing.java:2)")
        .doesNotContain("io.midplane.node.Script")
        .doesNotContain("jdk.internal.reflect");
    assertThat(ran.status()).isEqualTo(1);
  }

  @Test
  void shouldEndWithTheStatusOfTheErrorThatAScriptLetsThrough() {
    Path script = write("away.java", "void main() { MidplaneClient.connect().close(); }");

    var ran =
        new Cli(Map.of("MIDPLANE_SOCKET", "/nowhere/x.sock")).run("script", script.toString());

    assertThat(ran.status()).isEqualTo(3);
    assertThat(ran.err()).contains("no node at /nowhere/x.sock");
  }

  @Test
  void shouldRefuseWhatIsNoScript() {
    Path none = folder.resolve("none.java");
    assertThat(run(none).err()).isEqualTo("midplane: script " + none + ": no such file\n");
    assertThat(run(folder).err()).contains("cannot be read");
    assertThat(run(write("latin.java", new byte[] {'/', '/', (byte) 0xe4})).err())
        .contains("latin.java: not a text (expected: Java source in UTF-8)");
    assertThat(run(write("empty.java", "")).err()).contains("it contains no class and no main()");
    assertThat(run(write("idle.java", "class Idle {}")).err()).contains("no main() in Idle");
    assertThat(run(folder.resolve("none.java")).status()).isEqualTo(1);
  }
}
