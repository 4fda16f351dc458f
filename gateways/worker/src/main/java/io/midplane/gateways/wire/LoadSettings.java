package io.midplane.gateways.wire;

/**
 * How {@link Values#loads} reads.
 *
 * @param strings what strings of another Python become
 * @param limits how large a value may be
 * @param strict whether bytes behind the value are an error; they are ignored otherwise, as Python
 *     does
 */
public record LoadSettings(StringCoercion strings, Limits limits, boolean strict) {
  private static final LoadSettings DEFAULTS =
      new LoadSettings(StringCoercion.ofLoads(), Limits.defaults(), false);

  /** {@link StringCoercion#ofLoads()}, {@link Limits#defaults()}, not strict. */
  public static LoadSettings defaults() {
    return DEFAULTS;
  }

  /** The same with another treatment of strings. */
  public LoadSettings withStrings(StringCoercion other) {
    return new LoadSettings(other, limits, strict);
  }

  /** The same with other limits. */
  public LoadSettings withLimits(Limits other) {
    return new LoadSettings(strings, other, strict);
  }

  /** The same, strict or not. */
  public LoadSettings withStrict(boolean other) {
    return new LoadSettings(strings, limits, other);
  }
}
