package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
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

  /** The text of one at random. */
  static String random() {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
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
