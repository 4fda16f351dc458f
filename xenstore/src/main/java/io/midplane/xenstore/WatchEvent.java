package io.midplane.xenstore;

/**
 * Something at or below a watched path may have changed. It does not say what: look.
 *
 * @param kind whether it came from the server or stands for what is not known
 * @param path what changed, or the watched path; relative if the watched path is
 * @param token the one given to {@link Monitor#watch(String, String)}, else the watched path
 */
public record WatchEvent(Kind kind, String path, String token) {

  /** What an event stands for. */
  public enum Kind {
    /** The node changed, was made or removed; once at the beginning, whatever its state. */
    CHANGED,
    /**
     * Events may have been missed, by a lost connection or a full queue: look at all that the watch
     * is about.
     */
    MISSED
  }
}
