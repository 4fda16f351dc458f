package io.midplane.gateways.wire;

import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Times of files as Python says them: seconds as a double, which holds a time of today to a quarter
 * of a microsecond. Both ends have to round alike, or each file would look changed.
 */
public final class FileTimes {
  private static final double NANO = 1e-9;
  private static final long NANOS = TimeUnit.SECONDS.toNanos(1);

  private FileTimes() {}

  /** The double that Python reads for this time. */
  public static double toSeconds(FileTime time) {
    Instant instant = time.toInstant();
    return instant.getEpochSecond() + instant.getNano() * NANO;
  }

  /** The time that Python sets for this double: whole nanoseconds, rounded down. */
  public static FileTime ofSeconds(double seconds) {
    double whole = Math.floor(seconds);
    long nanos = Math.min(NANOS - 1, (long) Math.floor((seconds - whole) * NANOS));
    return FileTime.from(Instant.ofEpochSecond((long) whole, nanos));
  }
}
