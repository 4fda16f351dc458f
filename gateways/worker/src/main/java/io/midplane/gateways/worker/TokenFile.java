package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Files with a {@link Token}, which only their owner can read. */
public final class TokenFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private TokenFile() {}

  /**
   * The token in a file. Blocks: reads it.
   *
   * @throws MidplaneException NOT_FOUND if there is none; NOT_ALLOWED if others than its owner can
   *     read or write it
   */
  public static Token read(Path file) throws IOException {
    try {
      requireOwnerOnly(file);
      return Token.of(Files.readString(file));
    } catch (NoSuchFileException missing) {
      throw new MidplaneException(
          ErrorCode.NOT_FOUND, "token file: " + file + " is not there", missing);
    }
  }

  /**
   * A new one at random, in a new file that only its owner can read. Blocks: writes it.
   *
   * @throws IOException if the file is there already, or cannot be written
   */
  public static Token create(Path file) throws IOException {
    String text = Token.random();
    Set<StandardOpenOption> fresh = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    FileAttribute<?>[] attributes =
        isPosix()
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
            : new FileAttribute<?>[0];
    try (var channel = Files.newByteChannel(file, fresh, attributes)) {
      var unused = channel.write(StandardCharsets.UTF_8.encode(text + "\n"));
    }
    return Token.of(text);
  }

  private static void requireOwnerOnly(Path file) throws IOException {
    if (!isPosix()) {
      return;
    }
    Set<PosixFilePermission> more = EnumSet.copyOf(Files.getPosixFilePermissions(file));
    more.remove(PosixFilePermission.OWNER_EXECUTE);
    more.removeAll(OWNER_ONLY);
    if (!more.isEmpty()) {
      throw new MidplaneException(
          ErrorCode.NOT_ALLOWED,
          "token file: " + file + " is open to others (expected: 0600); chmod 600 it");
    }
  }

  private static boolean isPosix() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  }
}
