package io.midplane.packet.linux;

import java.util.Map;

/** Numbers of errors of Linux, and their names. */
final class Errno {
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int ENXIO = 6;
  static final int EAGAIN = 11;
  static final int ENOMEM = 12;
  static final int EACCES = 13;
  static final int ENODEV = 19;
  static final int EINVAL = 22;
  static final int EMSGSIZE = 90;
  static final int ENETDOWN = 100;
  static final int ENOBUFS = 105;

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(EPERM, "Operation not permitted (EPERM)"),
          Map.entry(ENOENT, "No such file or directory (ENOENT)"),
          Map.entry(EINTR, "Interrupted (EINTR)"),
          Map.entry(ENXIO, "No such device or address (ENXIO)"),
          Map.entry(EAGAIN, "Try again (EAGAIN)"),
          Map.entry(ENOMEM, "Out of memory (ENOMEM)"),
          Map.entry(EACCES, "Permission denied (EACCES)"),
          Map.entry(ENODEV, "No such device (ENODEV)"),
          Map.entry(EINVAL, "Invalid argument (EINVAL)"),
          Map.entry(24, "Too many open files (EMFILE)"),
          Map.entry(EMSGSIZE, "Message too long (EMSGSIZE)"),
          Map.entry(97, "Address family not supported (EAFNOSUPPORT)"),
          Map.entry(98, "Address already in use (EADDRINUSE)"),
          Map.entry(ENETDOWN, "Network is down (ENETDOWN)"),
          Map.entry(ENOBUFS, "No buffer space available (ENOBUFS)"));

  private Errno() {}

  /** In words with the symbol, as {@code No such device (ENODEV)}. */
  static String text(int errno) {
    return NAMES.getOrDefault(errno, "errno " + errno);
  }
}
