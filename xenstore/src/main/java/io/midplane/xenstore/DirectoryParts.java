package io.midplane.xenstore;

import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.Texts;
import io.midplane.xenstore.wire.XenStoreException;
import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * Fetches a list that is too long for a message. Each part begins with the node's generation; when
 * that changes between two parts, the list is fetched anew. The last part ends with an empty name.
 */
final class DirectoryParts {
  private static final int MAX_STARTS = 100;

  private final Caller caller;
  private final Request list;
  private final ByteArrayOutputStream names = new ByteArrayOutputStream();
  private String generation = "";
  private int starts = 1;

  DirectoryParts(Caller caller, Request list) {
    this.caller = caller;
    this.list = list;
  }

  /** Reads them all. Blocks: yes. */
  List<String> read(XenStoreException tooBig) {
    boolean more = true;
    while (more) {
      more = take(next(tooBig));
      if (starts > MAX_STARTS) {
        throw tooBig;
      }
    }
    return Texts.split(names.toByteArray());
  }

  /** A server that has no parts leaves it at the first error. */
  private byte[] next(XenStoreException tooBig) {
    try {
      Request part = Requests.part(list.transaction(), list.subject(), names.size());
      return caller.call(part, "listAsync()");
    } catch (XenStoreException e) {
      if (e.errorName().equals(ErrorName.ENOSYS)) {
        tooBig.addSuppressed(e);
        throw tooBig;
      }
      throw e;
    }
  }

  private boolean take(byte[] part) {
    int end = Texts.indexOfNul(part, 0);
    if (end < 0) {
      throw Requests.violation("part of a list", Texts.shown(part), "a generation and names");
    }
    String now = Texts.text(part, 0, end);
    if (names.size() > 0 && !now.equals(generation)) {
      names.reset();
      starts++;
      return true;
    }
    generation = now;
    int from = end + 1;
    boolean last = part.length == from || (part[part.length - 1] == 0 && endsEmpty(part, from));
    names.write(
        part, from, (last ? part.length - (part.length > from ? 1 : 0) : part.length) - from);
    return !last;
  }

  private static boolean endsEmpty(byte[] part, int from) {
    return part.length - 1 == from || part[part.length - 2] == 0;
  }
}
