package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Bytes;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names that another side sent, taken only if they stay within the folder they are for. */
final class RsyncNames {
  private RsyncNames() {}

  /**
   * One name of a file in a folder.
   *
   * @throws MidplaneException NOT_ALLOWED if it leads anywhere else
   */
  static String name(@Nullable Object sent) {
    String name = text(sent);
    if (name.isEmpty() || name.equals(".") || name.equals("..") || isCompound(name)) {
      throw new MidplaneException(
          ErrorCode.NOT_ALLOWED,
          "name: \"" + name + "\" (expected: the name of a file within its folder)");
    }
    return name;
  }

  /**
   * A path below the destination, name by name.
   *
   * @throws MidplaneException NOT_ALLOWED if it leads anywhere else
   */
  static List<String> path(@Nullable Object sent) {
    String path = text(sent);
    List<String> names = new ArrayList<>();
    for (String name : path.split("/", -1)) {
      if (name.isEmpty() || name.equals("..")) {
        throw new MidplaneException(
            ErrorCode.NOT_ALLOWED,
            "path: \"" + path + "\" (expected: a path within the destination, without ..)");
      }
      names.add(name(name));
    }
    return names;
  }

  /** Text, also of a Python 2. */
  static String text(@Nullable Object sent) {
    if (sent instanceof String text) {
      return text;
    }
    if (sent instanceof Bytes bytes) {
      return bytes.toUtf8();
    }
    throw new MidplaneException(
        ErrorCode.PROTOCOL_VIOLATION, "name: " + sent + " (expected: text)");
  }

  /** As this system names files. */
  static Path file(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException impossible) {
      throw new MidplaneException(
          ErrorCode.NOT_ALLOWED,
          "name: \""
              + name
              + "\" cannot be the name of a file here ("
              + impossible.getReason()
              + "); start the worker with a locale of UTF-8, LC_ALL=C.UTF-8 for example",
          impossible);
    }
  }

  private static boolean isCompound(String name) {
    if (name.indexOf('/') >= 0 || name.indexOf('\0') >= 0) {
      return true;
    }
    Path file = file(name);
    return file.isAbsolute() || file.getNameCount() != 1;
  }
}
