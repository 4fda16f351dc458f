package io.midplane.gateways.worker;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** What was compiled lately, by the hash of its source: the same source again costs nothing. */
public final class SourceCache {
  private static final int ENTRIES = 256;

  private final SourceCompiler compiler;

  private final LinkedHashMap<String, FutureTask<CompiledSource>> compiled =
      new LinkedHashMap<>(ENTRIES, 0.75f, true);

  private SourceCache(SourceCompiler compiler) {
    this.compiler = compiler;
  }

  /** For the Java that runs here. */
  public static SourceCache forThisJava() {
    return new SourceCache(new SourceCompiler(null));
  }

  /** For an older Java, too. */
  public static SourceCache forRelease(int release) {
    return new SourceCache(new SourceCompiler(release));
  }

  /** Whether there is a compiler here. */
  public boolean isAvailable() {
    return SourceCompiler.isAvailable();
  }

  /**
   * What comes of a source text; of many who ask for the same at once one compiles it. Blocks: yes.
   *
   * @param fileName how messages call it
   */
  public CompiledSource compile(String source, String fileName)
      throws CompileException, InterruptedException {
    FutureTask<CompiledSource> made =
        new FutureTask<>(() -> compiler.compile(SourceText.of(source), fileName));
    FutureTask<CompiledSource> known;
    synchronized (compiled) {
      known = compiled.putIfAbsent(hash(source) + fileName, made);
      if (compiled.size() > ENTRIES) {
        compiled.pollFirstEntry();
      }
    }
    if (known == null) {
      made.run();
    }
    return result(known == null ? made : known);
  }

  private static CompiledSource result(FutureTask<CompiledSource> task)
      throws CompileException, InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof CompileException wrongSource) {
        throw wrongSource;
      }
      throw new IllegalStateException(failed.getCause());
    }
  }

  private static String hash(String source) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(source.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException everyPlatformHasIt) {
      throw new IllegalStateException(everyPlatformHasIt);
    }
  }
}
