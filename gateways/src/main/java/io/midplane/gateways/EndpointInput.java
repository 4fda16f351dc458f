package io.midplane.gateways;

import io.midplane.calls.MidplaneException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A far end's bytes; their end is an error that says how the far end went, unless it was asked to
 * go.
 */
final class EndpointInput extends FilterInputStream {
  private final Supplier<@Nullable MidplaneException> death;

  EndpointInput(InputStream in, Supplier<@Nullable MidplaneException> death) {
    super(in);
    this.death = death;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int count;
    try {
      count = in.read(into, offset, length);
    } catch (IOException broken) {
      count = -1;
    }
    if (count < 0) {
      MidplaneException why = death.get();
      if (why != null) {
        throw why;
      }
    }
    return count;
  }
}
