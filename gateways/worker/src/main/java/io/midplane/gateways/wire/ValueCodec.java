package io.midplane.gateways.wire;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Values as they stand in frames: without a byte for the version, and with channels in them. For
 * any number of threads.
 *
 * @param limits how large a value may be
 */
public record ValueCodec(Limits limits) {

  /**
   * The payload for a value.
   *
   * @throws DumpException if it has none, contains itself, or is too large
   */
  public byte[] encode(@Nullable Object value) {
    return new Dumper(limits, true, 0, value).dump();
  }

  /**
   * The value of a payload, which belongs to the value from now on and must not change.
   *
   * @param channels makes the channel of an id that is found in it
   * @throws LoadException if it is none, or too large
   */
  public @Nullable Object decode(
      byte[] payload, StringCoercion strings, IntFunction<? extends ChannelValue> channels) {
    return new Loader(payload, 0, true, strings, limits, channels).load();
  }
}
