package io.midplane.xenstore;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A node that a walk came to.
 *
 * @param path its path
 * @param value its value
 * @param children the names of its children
 */
@SuppressWarnings("ArrayRecordComponent")
public record WalkedNode(String path, byte[] value, List<String> children) {

  /** The value as text. */
  public String text() {
    return new String(value, StandardCharsets.UTF_8);
  }
}
