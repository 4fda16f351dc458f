package io.midplane.xenstore.server;

import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.Texts;
import java.util.ArrayList;
import java.util.List;

/** The texts in the payload of a request. A text that no NUL ends does not count. */
final class Arguments {
  private Arguments() {}

  /** The only text, and nothing behind it; else EINVAL. */
  static String one(byte[] payload) {
    int end = Texts.indexOfNul(payload, 0);
    if (end < 0 || end != payload.length - 1) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    return Texts.text(payload, 0, end);
  }

  /** All texts. */
  static List<String> all(byte[] payload) {
    List<String> texts = new ArrayList<>(4);
    int start = 0;
    for (int end = Texts.indexOfNul(payload, 0); end >= 0; end = Texts.indexOfNul(payload, start)) {
      texts.add(Texts.text(payload, start, end));
      start = end + 1;
    }
    return texts;
  }

  /** Exactly that many texts; else EINVAL. */
  static List<String> exactly(int count, byte[] payload) {
    List<String> texts = all(payload);
    if (texts.size() != count) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    return texts;
  }
}
