package io.midplane.gateways.worker;

import io.midplane.calls.Category;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Values;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * The worker as one jar that needs nothing but a Java 21 runtime, made of the classes that run
 * here, wherever they come from: so it can be sent from a build folder, from a distribution, and
 * from a worker onwards. The same classes give the same bytes.
 */
public final class WorkerJar {
  private static final List<Class<?>> ERRORS =
      List.of(MidplaneException.class, ErrorCode.class, Category.class);

  /** What only a program with all of Midplane uses, or the side that starts a gateway. */
  private static final List<Class<?>> LEFT_OUT =
      List.of(
          WorkerJar.class,
          TrimmedClass.class,
          LocalTasks.class,
          ChildInterpreter.class,
          SocketClient.class,
          TokenFile.class,
          AnyCertificate.class,
          WaitWatch.class,
          BothWait.class);

  private static final List<Class<?>> IN_PACKAGES = List.of(Worker.class, Values.class);
  private static final String CLASS = ".class";

  /** What may be larger compressed than it was is so by less. */
  private static final int SLACK = 64;

  private static final long BEGINNING = 315_532_800_000L; // 1980, the first that a jar can say

  private WorkerJar() {}

  /** Writes it to the file named; for the build. */
  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    Files.createDirectories(file.toAbsolutePath().getParent());
    try (OutputStream out = Files.newOutputStream(file)) {
      write(out);
    }
  }

  /** Writes it; the stream stays open. Blocks: reads some hundred kilobytes of files. */
  public static void write(OutputStream out) throws IOException {
    SortedMap<String, byte[]> classes = new TreeMap<>();
    for (Class<?> each : ERRORS) {
      String name = each.getName().replace('.', '/') + CLASS;
      classes.put(name, bytes(each, "/" + name));
    }
    for (Class<?> each : IN_PACKAGES) {
      for (String name : names(each)) {
        classes.put(name, bytes(each, "/" + name));
      }
    }
    JarOutputStream jar = new JarOutputStream(out);
    jar.setLevel(Deflater.BEST_COMPRESSION);
    put(jar, JarFile.MANIFEST_NAME, manifest());
    for (var entry : classes.entrySet()) {
      put(jar, entry.getKey(), TrimmedClass.of(entry.getValue()));
    }
    jar.finish();
  }

  private static void put(JarOutputStream jar, String name, byte[] content) throws IOException {
    JarEntry entry = new JarEntry(name);
    entry.setTime(BEGINNING);
    // All of it said beforehand spares each class a record behind it.
    CRC32 sum = new CRC32();
    sum.update(content);
    entry.setCrc(sum.getValue());
    entry.setSize(content.length);
    entry.setCompressedSize(compressedSize(content));
    jar.putNextEntry(entry);
    jar.write(content);
    jar.closeEntry();
  }

  private static int compressedSize(byte[] content) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    deflater.setInput(content);
    deflater.finish();
    int size = deflater.deflate(new byte[content.length + SLACK]);
    deflater.end();
    return size;
  }

  private static byte[] manifest() throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.put(Attributes.Name.MAIN_CLASS, Main.class.getName());
    main.putValue("Add-Opens", "java.base/java.lang");
    main.putValue("Enable-Native-Access", "ALL-UNNAMED");
    var bytes = new java.io.ByteArrayOutputStream();
    manifest.write(bytes);
    return bytes.toByteArray();
  }

  private static byte[] bytes(Class<?> from, String name) throws IOException {
    try (InputStream in = from.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("class " + name + ": not found beside " + from.getName());
      }
      return in.readAllBytes();
    }
  }

  /** The class files in the package of a class, as a jar names them. */
  private static List<String> names(Class<?> from) throws IOException {
    String folder = from.getPackageName().replace('.', '/') + "/";
    File origin = new File(from.getProtectionDomain().getCodeSource().getLocation().getPath());
    if (origin.isDirectory()) {
      try (Stream<Path> files = Files.list(origin.toPath().resolve(folder))) {
        return files
            .map(file -> folder + file.getFileName())
            .filter(name -> isWanted(name, folder))
            .toList();
      }
    }
    try (JarFile jar = new JarFile(origin)) {
      return jar.stream().map(JarEntry::getName).filter(name -> isWanted(name, folder)).toList();
    }
  }

  private static boolean isWanted(String name, String folder) {
    String type = name.substring(name.lastIndexOf('/') + 1).replace(CLASS, "");
    return name.startsWith(folder)
        && name.endsWith(CLASS)
        && !type.equals("package-info")
        && LEFT_OUT.stream().noneMatch(each -> isOf(each, type));
  }

  /** Whether a class is another, or within it. */
  private static boolean isOf(Class<?> owner, String type) {
    return type.equals(owner.getSimpleName()) || type.startsWith(owner.getSimpleName() + "$");
  }
}
