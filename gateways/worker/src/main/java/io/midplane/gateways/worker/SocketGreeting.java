package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * What happens on a socket before a worker's {@link Greeting}, where both ends are Midplane's: TLS,
 * then each shows the other that it knows the {@link Token}. What they show covers the server's
 * certificate, so somebody in between, who has another one, convinces neither.
 *
 * <pre>
 *   server  midplane-socket 1 NONCE
 *   client  NONCE PROOF
 *   server  PROOF                      or nothing, and closes
 * </pre>
 *
 * <p>Each a line, in hexadecimal. The client shows first, so whoever merely connects learns
 * nothing. Whoever answers in a server's place gets one proof, from which a weak token could be
 * guessed at leisure; one of 256 random bits, as {@link TokenFile#create} makes it, cannot be.
 */
final class SocketGreeting {
  static final String HEAD = "midplane-socket 1 ";
  static final String CLIENT = "midplane client";
  static final String SERVER = "midplane server";
  private static final String[] PROTOCOLS = {"TLSv1.3"};
  static final int NONCE = 32;
  private static final int LONGEST = 256;
  static final HexFormat HEX = HexFormat.of();

  private SocketGreeting() {}

  /**
   * The server's part. Blocks: until the client showed that it knows the token.
   *
   * @throws MidplaneException NOT_ALLOWED if it did not
   */
  static Socket accept(Socket raw, SelfSigned own, Token token) throws IOException {
    SSLSocket socket = encrypted(own.context(), raw, false);
    byte[] ours = nonce();
    say(socket, HEAD + HEX.formatHex(ours));
    String answer = line(socket);
    byte[] certificate = digest(own.certificate());
    int blank = answer.indexOf(' ');
    byte[] theirs = blank == 2 * NONCE ? parse(answer.substring(0, blank)) : new byte[0];
    byte[] expected = token.proof(CLIENT, certificate, ours, theirs);
    if (theirs.length != NONCE || !isProof(answer.substring(blank + 1), expected)) {
      throw new MidplaneException(ErrorCode.NOT_ALLOWED, "a client without the token");
    }
    say(socket, HEX.formatHex(token.proof(SERVER, certificate, ours, theirs)));
    return socket;
  }

  static SSLSocket encrypted(SSLContext context, Socket raw, boolean client) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(raw, raw.getInetAddress().getHostAddress(), raw.getPort(), true);
    socket.setUseClientMode(client);
    socket.setEnabledProtocols(PROTOCOLS);
    socket.startHandshake();
    return socket;
  }

  static byte[] nonce() {
    byte[] nonce = new byte[NONCE];
    new SecureRandom().nextBytes(nonce);
    return nonce;
  }

  static byte[] digest(Certificate certificate) throws IOException {
    try {
      return MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
    } catch (GeneralSecurityException wrong) {
      throw new IOException("certificate: " + wrong.getMessage(), wrong);
    }
  }

  /** In the same time wherever they differ. */
  static boolean isProof(String shown, byte[] expected) {
    return MessageDigest.isEqual(parse(shown), expected);
  }

  static byte[] parse(String hexadecimal) {
    try {
      return HEX.parseHex(hexadecimal);
    } catch (IllegalArgumentException none) {
      return new byte[0];
    }
  }

  static void say(Socket socket, String line) throws IOException {
    socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  /** A line, not a byte more; what came if the stream ends or the line is too long. */
  static String line(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    var line = new ByteArrayOutputStream();
    for (int next = in.read();
        next >= 0 && next != '\n' && line.size() < LONGEST;
        next = in.read()) {
      line.write(next);
    }
    return line.toString(StandardCharsets.US_ASCII);
  }
}
