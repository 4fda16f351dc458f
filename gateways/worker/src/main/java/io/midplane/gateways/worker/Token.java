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
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that lets code run on a socket server: who knows it may. Both ends prove that they do,
 * and it never travels. Immutable.
 */
public final class Token {
  private static final int RANDOM_BYTES = 32;
  private static final int SHORTEST = 16;
  private static final String MAC = "HmacSHA256";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final byte[] secret;

  private Token(String text) {
    this.secret = text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The token of a text, blanks around it left out.
   *
   * @throws MidplaneException INVALID_ARGUMENT if it is shorter than 16 characters, which somebody
   *     who listens could guess
   */
  public static Token of(String text) {
    String stripped = text.strip();
    if (stripped.length() < SHORTEST) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "token: %d characters (expected: %d or more, chosen at random)"
              .formatted(stripped.length(), SHORTEST));
    }
    return new Token(stripped);
  }

  /**
   * The token in a file. Blocks: reads it.
   *
   * @throws MidplaneException NOT_FOUND if there is none; NOT_ALLOWED if others than its owner can
   *     read or write it
   */
  public static Token read(Path file) throws IOException {
    try {
      requireOwnerOnly(file);
      return of(Files.readString(file));
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
    String text = random();
    Set<StandardOpenOption> fresh = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    FileAttribute<?>[] attributes =
        isPosix()
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
            : new FileAttribute<?>[0];
    try (var channel = Files.newByteChannel(file, fresh, attributes)) {
      var unused = channel.write(StandardCharsets.UTF_8.encode(text + "\n"));
    }
    return new Token(text);
  }

  /** The text of one at random. */
  static String random() {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
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

  /** What shows that somebody knows the token, for these parts and no others. */
  byte[] proof(String role, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(secret, MAC));
      mac.update(role.getBytes(StandardCharsets.US_ASCII));
      for (byte[] part : parts) {
        mac.update((byte) part.length);
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException everyPlatformHasIt) {
      throw new IllegalStateException(everyPlatformHasIt);
    }
  }

  /** Never the secret. */
  @Override
  public String toString() {
    return "Token[…]";
  }
}
