package io.midplane.cm;

import org.jspecify.annotations.Nullable;

/** A request in words, put together only when somebody reads them: {@code get vlan blue}. */
record RequestText(String verb, String table, @Nullable Object subject) {
  @Override
  public String toString() {
    return subject == null ? verb + " " + table : verb + " " + table + " " + subject;
  }
}
