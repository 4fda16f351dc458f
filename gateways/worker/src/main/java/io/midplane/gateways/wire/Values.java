package io.midplane.gateways.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Values as bytes that execnet reads, and the reverse: {@code dumps}, {@code loads}, {@code dump}
 * and {@code load} of Python's execnet.
 *
 * <table>
 * <caption>What is written for what, and what is read</caption>
 * <tr><th>Python</th><th>written from</th><th>read as</th></tr>
 * <tr><td>None</td><td>null</td><td>null</td></tr>
 * <tr><td>bool</td><td>Boolean</td><td>Boolean</td></tr>
 * <tr><td>int</td><td>Byte, Short, Integer, Long, BigInteger</td>
 *     <td>the smallest of Integer, Long and BigInteger that holds it</td></tr>
 * <tr><td>float</td><td>Float, Double</td><td>Double, bit by bit</td></tr>
 * <tr><td>complex</td><td>{@link Complex}</td><td>Complex</td></tr>
 * <tr><td>str</td><td>String</td><td>String</td></tr>
 * <tr><td>bytes</td><td>{@link Bytes}, byte[]</td><td>Bytes</td></tr>
 * <tr><td>list</td><td>List</td><td>a List that can be changed</td></tr>
 * <tr><td>tuple</td><td>{@link Tuple}</td><td>Tuple</td></tr>
 * <tr><td>dict</td><td>Map</td><td>{@link Dict}</td></tr>
 * <tr><td>set</td><td>Set</td><td>{@link ValueSet}</td></tr>
 * <tr><td>frozenset</td><td>{@link FrozenSet}</td><td>FrozenSet</td></tr>
 * </table>
 *
 * <p>Keys of a Map and members of a Set that are one to Python, {@code 1} and {@code 1.0} say, are
 * one when Python reads them, and when {@link #loads} does. Depth costs no stack, here; {@code
 * equals} and {@code hashCode} of what was read go down recursively, as all of Java's do.
 *
 * <p>Everything wrong with data is a {@link DataFormatException}, whatever the data. For any number
 * of threads; a value must not change while it is written.
 */
public final class Values {
  /** The first byte that execnet 1 writes and accepts. */
  public static final int VERSION_1 = 1;

  /** The first byte that execnet 2 writes and accepts. */
  public static final int VERSION_2 = 2;

  private Values() {}

  /**
   * The written form of a value, of version 2.
   *
   * @throws DumpException if it has none, contains itself, or is too large
   */
  public static byte[] dumps(@Nullable Object value) {
    return dumps(value, DumpSettings.defaults());
  }

  /**
   * The written form of a value.
   *
   * @throws DumpException if it has none, contains itself, or is too large
   */
  public static byte[] dumps(@Nullable Object value, DumpSettings settings) {
    return new Dumper(settings.limits(), false, settings.version(), value).dump();
  }

  /**
   * The value that was written so, in version 1 or 2.
   *
   * @throws LoadException if it is none, or too large
   */
  public static @Nullable Object loads(byte[] bytes) {
    return loads(bytes, LoadSettings.defaults());
  }

  /**
   * The value that was written so, in version 1 or 2.
   *
   * @throws LoadException if it is none, or too large, or if there is more and the settings are
   *     strict
   */
  public static @Nullable Object loads(byte[] bytes, LoadSettings settings) {
    requireVersion(bytes.length == 0 ? -1 : bytes[0]);
    Loader loader = new Loader(bytes, 1, false, settings.strings(), settings.limits(), null);
    Object value = loader.load();
    if (settings.strict() && loader.position() != bytes.length) {
      throw new LoadException(
          loader.position(), bytes.length - loader.position() + " bytes behind the value");
    }
    return value;
  }

  /**
   * Writes a value to a stream, in version 2; several may follow one another. Blocks: as the stream
   * does.
   *
   * @throws DumpException if it has no written form; nothing was written then
   */
  public static void dump(@Nullable Object value, OutputStream out) throws IOException {
    dump(value, out, DumpSettings.defaults());
  }

  /**
   * Writes a value to a stream; several may follow one another. Blocks: as the stream does.
   *
   * @throws DumpException if it has no written form; nothing was written then
   */
  public static void dump(@Nullable Object value, OutputStream out, DumpSettings settings)
      throws IOException {
    out.write(dumps(value, settings));
  }

  /**
   * Reads one value from a stream, and not a byte more. Blocks: as the stream does, which should be
   * buffered.
   *
   * @throws LoadException if what is there is none, or too large, or ends early
   */
  public static @Nullable Object load(InputStream in) throws IOException {
    return load(in, LoadSettings.defaults());
  }

  /**
   * Reads one value from a stream, and not a byte more. Blocks: as the stream does, which should be
   * buffered.
   *
   * @throws LoadException if what is there is none, or too large, or ends early
   */
  public static @Nullable Object load(InputStream in, LoadSettings settings) throws IOException {
    int version = in.read();
    requireVersion(version);
    return loads(new Scanner(in, settings.limits()).scan(version), settings);
  }

  private static void requireVersion(int version) {
    if (version != VERSION_1 && version != VERSION_2) {
      throw new LoadException(
          0, version < 0 ? "nothing there" : "version: " + version + " (expected: 1 or 2)");
    }
  }
}
