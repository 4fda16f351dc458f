package io.midplane.xenstore;

import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.MessageType;
import io.midplane.xenstore.wire.Texts;
import io.midplane.xenstore.wire.XenStoreException;

/** What the server can do beyond the base protocol; asked once, when it matters first. */
final class Features {
  /** Bit of the feature that watches may have a depth. */
  static final int WATCH_DEPTH = 4;

  private static final int UNKNOWN = -1;

  private final Caller caller;
  private volatile int bits = UNKNOWN;

  Features(Caller caller) {
    this.caller = caller;
  }

  boolean has(int bit) {
    return (bits() & bit) != 0;
  }

  /** Its bits; 0 for a server that has never heard of features. Blocks: yes, the first time. */
  int bits() {
    int known = bits;
    if (known == UNKNOWN) {
      known = ask();
      bits = known;
    }
    return known;
  }

  /** With a NUL first, since some daemons do not answer an empty message. */
  private int ask() {
    try {
      return parse(caller.call(Requests.texts(MessageType.GET_FEATURE), "featuresAsync()"));
    } catch (XenStoreException e) {
      return e.errorName().equals(ErrorName.EINVAL) ? askEmpty() : 0;
    }
  }

  private int askEmpty() {
    try {
      return parse(caller.call(Requests.empty(MessageType.GET_FEATURE), "featuresAsync()"));
    } catch (XenStoreException e) {
      return 0;
    }
  }

  private static int parse(byte[] payload) {
    String text = Texts.first(payload);
    try {
      return Integer.parseUnsignedInt(text);
    } catch (NumberFormatException e) {
      throw Requests.violation("features", text, "a decimal number");
    }
  }
}
