package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

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
 * guessed at leisure; one of 256 random bits, as {@link Token#create} makes it, cannot be.
 */
public final class SocketGreeting {
  private static final String HEAD = "midplane-socket 1 ";
  private static final String CLIENT = "midplane client";
  private static final String SERVER = "midplane server";
  private static final String[] PROTOCOLS = {"TLSv1.3"};
  private static final int NONCE = 32;
  private static final int LONGEST = 256;
  private static final HexFormat HEX = HexFormat.of();

  private SocketGreeting() {}

  /**
   * Connects to a socket server that asks for a token, and does all that comes before the worker's
   * greeting. Blocks: so long at most for each step.
   *
   * @return an encrypted connection to a server that knows the token
   * @throws MidplaneException UNREACHABLE if nobody answers there; NOT_ALLOWED if the other side
   *     does not have this token; PROTOCOL_VIOLATION if it is no such server
   */
  public static Socket connect(InetSocketAddress address, Token token, Duration timeout)
      throws IOException {
    Socket raw = open(address, timeout);
    try {
      raw.setSoTimeout(Math.toIntExact(timeout.toMillis()));
      raw.setTcpNoDelay(true);
      SSLSocket socket = encrypted(clientContext(), raw, true);
      askFor(socket, token, address);
      raw.setSoTimeout(0);
      return socket;
    } catch (SSLException noTls) {
      raw.close();
      throw new MidplaneException(
          ErrorCode.PROTOCOL_VIOLATION,
          address + ": no TLS there (" + noTls.getMessage() + "); a server for stock clients?",
          noTls);
    } catch (SocketTimeoutException silent) {
      raw.close();
      throw new MidplaneException(
          ErrorCode.TIMED_OUT, address + ": no greeting within " + timeout, silent);
    } catch (IOException | RuntimeException failure) {
      raw.close();
      throw failure;
    }
  }

  private static Socket open(InetSocketAddress address, Duration timeout) throws IOException {
    Socket raw = new Socket();
    try {
      if (address.isUnresolved()) {
        throw new UnknownHostException(address.getHostString());
      }
      raw.connect(address, Math.toIntExact(timeout.toMillis()));
      return raw;
    } catch (IOException nobody) {
      raw.close();
      throw new MidplaneException(
          ErrorCode.UNREACHABLE,
          "cannot connect to " + address + ": " + nobody.getMessage(),
          nobody);
    }
  }

  private static void askFor(SSLSocket socket, Token token, InetSocketAddress address)
      throws IOException {
    String head = line(socket);
    if (!head.startsWith(HEAD)) {
      throw new MidplaneException(
          ErrorCode.PROTOCOL_VIOLATION,
          address + ": \"" + head + "\" (expected: " + HEAD + "NONCE)");
    }
    byte[] theirs = parse(head.substring(HEAD.length()));
    if (theirs.length != NONCE) {
      throw new MidplaneException(
          ErrorCode.PROTOCOL_VIOLATION,
          address + ": nonce of " + theirs.length + " bytes (expected: " + NONCE + ")");
    }
    byte[] ours = nonce();
    byte[] certificate = digest(socket.getSession().getPeerCertificates()[0]);
    byte[] shown = token.proof(CLIENT, certificate, theirs, ours);
    say(socket, HEX.formatHex(ours) + " " + HEX.formatHex(shown));
    byte[] expected = token.proof(SERVER, certificate, theirs, ours);
    if (!isProof(line(socket), expected)) {
      throw new MidplaneException(
          ErrorCode.NOT_ALLOWED,
          address
              + ": the server does not take this token; use the file that it named at its start");
    }
  }

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

  private static SSLSocket encrypted(SSLContext context, Socket raw, boolean client)
      throws IOException {
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

  private static SSLContext clientContext() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new AnyCertificate()}, null);
      return context;
    } catch (GeneralSecurityException missing) {
      throw new IOException("TLS: " + missing.getMessage(), missing);
    }
  }

  private static byte[] nonce() {
    byte[] nonce = new byte[NONCE];
    new SecureRandom().nextBytes(nonce);
    return nonce;
  }

  private static byte[] digest(Certificate certificate) throws IOException {
    try {
      return MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
    } catch (GeneralSecurityException wrong) {
      throw new IOException("certificate: " + wrong.getMessage(), wrong);
    }
  }

  /** In the same time wherever they differ. */
  private static boolean isProof(String shown, byte[] expected) {
    return MessageDigest.isEqual(parse(shown), expected);
  }

  private static byte[] parse(String hexadecimal) {
    try {
      return HEX.parseHex(hexadecimal);
    } catch (IllegalArgumentException none) {
      return new byte[0];
    }
  }

  private static void say(Socket socket, String line) throws IOException {
    socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  /** A line, not a byte more; what came if the stream ends or the line is too long. */
  private static String line(Socket socket) throws IOException {
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
