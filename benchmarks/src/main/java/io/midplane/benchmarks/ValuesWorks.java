package io.midplane.benchmarks;

import io.midplane.gateways.wire.Bytes;
import io.midplane.gateways.wire.DumpSettings;
import io.midplane.gateways.wire.Tuple;
import io.midplane.gateways.wire.Values;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A dict of many records written, or read, here and by Python. */
final class ValuesWorks implements PairedCase.Works {
  private static final int RECORDS = 10_000;

  private static final String SCRIPT =
      """
      import execnet, hashlib
      value = {"k%%05d" %% i: {"id": i, "name": "name-%%d" %% i, "tags": ["a", "b", i], "pos": (i * 0.5, -i),
               "blob": b"0123456789abcdef", "ok": i %% 2 == 0, "none": None} for i in range(%d)}
      written = execnet.dumps(value)
      def work(operations):
          for i in range(operations):
              %s
          return hashlib.sha256(written).hexdigest()
      """;

  private final PythonExecnet python;
  private final boolean dumps;
  private final Map<String, Object> value = value();
  private final byte[] written = Values.dumps(value);

  /** What was made last, so that none of it is in vain. */
  private @Nullable Object result;

  private ValuesWorks(PythonExecnet python, boolean dumps) {
    this.python = python;
    this.dumps = dumps;
  }

  static ValuesWorks start(boolean dumps) throws IOException {
    String operation = dumps ? "execnet.dumps(value)" : "execnet.loads(written)";
    PythonExecnet python = PythonExecnet.start(SCRIPT.formatted(RECORDS, operation));
    ValuesWorks works = new ValuesWorks(python, dumps);
    works.requireSameBytes();
    return works;
  }

  /** A figure says nothing if the two did not do the same. */
  private void requireSameBytes() throws IOException {
    byte[] bytes = Values.dumps(value, DumpSettings.defaults().withVersion(Values.VERSION_1));
    String ours = HexFormat.of().formatHex(sha256(bytes));
    String theirs = python.work(0);
    if (!ours.equals(theirs)) {
      close();
      throw new IllegalStateException("dumps: " + ours + " (expected: " + theirs + ", execnet's)");
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException everyPlatformHasIt) {
      throw new IllegalStateException(everyPlatformHasIt);
    }
  }

  private static Map<String, Object> value() {
    Map<String, Object> records = LinkedHashMap.newLinkedHashMap(RECORDS);
    for (int i = 0; i < RECORDS; i++) {
      Map<String, @Nullable Object> entry = new LinkedHashMap<>();
      entry.put("id", i);
      entry.put("name", "name-" + i);
      entry.put("tags", List.of("a", "b", i));
      entry.put("pos", Tuple.of(i * 0.5, -i));
      entry.put("blob", Bytes.ofUtf8("0123456789abcdef"));
      entry.put("ok", i % 2 == 0);
      entry.put("none", null);
      records.put("k%05d".formatted(i), entry);
    }
    return records;
  }

  @Override
  public void ours(int operations) {
    for (int i = 0; i < operations; i++) {
      result = dumps ? Values.dumps(value) : Values.loads(written);
    }
  }

  @Override
  public void peer(int operations) throws IOException {
    python.work(operations);
  }

  @Override
  public void close() {
    python.close();
  }
}
