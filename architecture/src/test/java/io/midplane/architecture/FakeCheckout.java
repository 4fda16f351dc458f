package io.midplane.architecture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * A checkout in miniature for tests of the launcher: the real {@code midplane} beside one source
 * file, with a Maven that only hands out a prepared jar. Its main class prints what it was given.
 */
final class FakeCheckout {

  private static final String MAIN =
      """
      package io.midplane.node;
      public class Main {
        public static void main(String[] words) throws Exception {
          System.out.println("pid " + ProcessHandle.current().pid());
          System.out.println("home " + System.getProperty("midplane.home"));
          System.out.println("classpath " + System.getProperty("java.class.path"));
          for (String word : words) System.out.println("word " + word);
          if (words.length > 1 && words[1].equals("start")) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("stopped")));
            System.out.println("ready here");
            new java.util.concurrent.CountDownLatch(1).await();
          }
          if (words.length > 1 && words[0].equals("exit")) System.exit(Integer.parseInt(words[1]));
        }
      }
      """;

  /** Notes each call, prints a line, and does what the real build leaves behind. */
  private static final String MAVEN =
      """
      #!/bin/sh
      echo called >> "$FAKE/calls"
      echo 'output of Maven'
      [ -e "$FAKE/broken" ] && exit 1
      for word in "$@"; do
        case $word in -Ddistribution.folder=*) folder=${word#*=} ;; esac
      done
      cp "$FAKE/main.jar" "$folder/midplane-node-1.jar"
      cp "$FAKE/main.jar" "$folder/akka-1.jar"
      mkdir -p benchmarks/target/launcher
      cp "$FAKE/main.jar" benchmarks/target/launcher/midplane-benchmarks-1.jar
      """;

  /** How a launcher's run ended. */
  record Run(int status, String out, String err) {
    String value(String name) {
      return out.lines()
          .filter(line -> line.startsWith(name + " "))
          .map(line -> line.substring(name.length() + 1))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no " + name + " in: " + out + err));
    }
  }

  private final Path root;
  private final Path fake;
  private final Map<String, String> environment = new TreeMap<>();

  FakeCheckout(Path folder) throws IOException {
    root = Files.createDirectories(folder.resolve("check out"));
    fake = Files.createDirectories(folder.resolve("fake"));
    Files.copy(
        Repository.current().root().resolve("midplane"),
        launcher(),
        StandardCopyOption.COPY_ATTRIBUTES);
    Files.writeString(root.resolve("pom.xml"), "");
    Files.createDirectories(source().getParent());
    Files.writeString(source(), "one");
    PlantedCode.compile(fake.resolve("classes"), MAIN);
    packClass(fake.resolve("classes"), fake.resolve("main.jar"));
    Path maven = Files.createDirectories(fake.resolve("bin")).resolve("mvn");
    Files.writeString(maven, MAVEN);
    Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
    environment.put("FAKE", fake.toString());
    environment.put("PATH", maven.getParent() + ":" + System.getenv("PATH"));
    environment.put("MIDPLANE_JAVA_HOME", System.getProperty("java.home"));
    environment.put("MIDPLANE_AOT", "off");
  }

  Path root() {
    return root;
  }

  Path launcher() {
    return root.resolve("midplane");
  }

  Path source() {
    return root.resolve("node/src/main/java/Some.java");
  }

  /** A file whose presence makes Maven fail. */
  Path breaksMaven() {
    return fake.resolve("broken");
  }

  Map<String, String> environment() {
    return environment;
  }

  /**
   * Leaves only programs on the path that the launcher may count on, that is, not {@code flock}.
   */
  void withoutFlock() throws IOException {
    Path tools = Files.createDirectories(fake.resolve("tools"));
    for (String tool :
        List.of(
            "sh",
            "cat",
            "cp",
            "date",
            "find",
            "grep",
            "ln",
            "ls",
            "mkdir",
            "mv",
            "readlink",
            "rm",
            "sleep",
            "tr")) {
      Path real =
          Stream.of("/bin", "/usr/bin")
              .map(folder -> Path.of(folder, tool))
              .filter(Files::isExecutable)
              .findFirst()
              .orElseThrow(() -> new IllegalStateException(tool + ": not found"));
      Files.createSymbolicLink(tools.resolve(tool), real);
    }
    environment.put("PATH", fake.resolve("bin") + ":" + tools);
  }

  int builds() throws IOException {
    Path calls = fake.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
  }

  /** The folders of finished builds. */
  List<Path> distributions() throws IOException {
    try (Stream<Path> folders = Files.list(root.resolve(".midplane/dist"))) {
      return folders.sorted().toList();
    }
  }

  /** Makes every source older than the build, and then one newer. */
  void change(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(1)));
  }

  Process start(Path launcher, String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(Arrays.asList(words));
    var builder = new ProcessBuilder(command).directory(fake.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.start();
  }

  Run run(String... words) throws IOException, InterruptedException {
    return end(start(launcher(), words));
  }

  /** Waits for the end of a launcher's run, and ends it after a minute. */
  static Run end(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    CompletableFuture<String> out = text(process.getInputStream());
    CompletableFuture<String> err = text(process.getErrorStream());
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError("did not end within 60 s; so far: " + err.getNow(""));
    }
    return new Run(process.exitValue(), out.join(), err.join());
  }

  private static CompletableFuture<String> text(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return new String(stream.readAllBytes(), UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        task -> Thread.ofVirtual().start(task));
  }

  private static void packClass(Path classes, Path jar) throws IOException {
    String name = "io/midplane/node/Main.class";
    try (OutputStream out = Files.newOutputStream(jar);
        var packed = new JarOutputStream(out)) {
      packed.putNextEntry(new JarEntry(name));
      Files.copy(classes.resolve(name), packed);
      packed.closeEntry();
    }
  }
}
