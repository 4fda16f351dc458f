package io.midplane.xenstore.server;

/**
 * A registered watch.
 *
 * @param owner who gets its events
 * @param path what it watches, absolute
 * @param token as the client chose it
 * @param hidden how many characters at the start of event paths the client does not see, since it
 *     gave a relative path
 * @param depth how many levels below the path count, or -1 for all
 * @param number grows with each registration
 */
record Watch(Connection owner, String path, String token, int hidden, int depth, long number) {

  /** The event for a change there. */
  Event event(String changed) {
    return new Event(hidden == 0 ? changed : changed.substring(hidden), token);
  }

  /** Whether a change that many levels below counts. */
  boolean reaches(int levels) {
    return depth < 0 || levels <= depth;
  }

  /** An event as it is sent: path and token. */
  record Event(String path, String token) {
    int payloadLength() {
      return path.length() + token.length() + 2;
    }
  }

  /** What tells the watches of a connection apart. */
  record Key(String path, String token) {}
}
