package io.midplane.gateways.worker;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A key pair with a certificate that nobody signed but itself, made in milliseconds and kept in
 * memory only. Its name says nothing: the client believes it because the server proves, for this
 * very certificate, that it knows the token.
 *
 * <p>The JDK makes no certificates, so the few fields of X.509 (RFC 5280) are written here.
 */
final class SelfSigned {
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int INTEGER = 0x02;
  private static final int BITS = 0x03;
  private static final int TEXT = 0x0c;
  private static final int TIME = 0x17;
  private static final int VERSION = 0xa0;
  private static final byte[] ECDSA_WITH_SHA256 = {
    0x06, 0x08, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02
  };
  private static final byte[] COMMON_NAME = {0x06, 0x03, 0x55, 0x04, 0x03};
  private static final int SERIAL_BITS = 64;
  private static final DateTimeFormatter UTC_TIME = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'");

  private final SSLContext context;
  private final X509Certificate certificate;

  private SelfSigned(SSLContext context, X509Certificate certificate) {
    this.context = context;
    this.certificate = certificate;
  }

  /** A new one. Blocks: computes some milliseconds. */
  static SelfSigned create() throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair keys = generator.generateKeyPair();
      X509Certificate certificate = certificate(keys);
      return new SelfSigned(context(keys, certificate), certificate);
    } catch (GeneralSecurityException missing) {
      throw new IOException("TLS: this Java cannot make a key: " + missing.getMessage(), missing);
    }
  }

  SSLContext context() {
    return context;
  }

  X509Certificate certificate() {
    return certificate;
  }

  private static SSLContext context(KeyPair keys, X509Certificate certificate)
      throws GeneralSecurityException, IOException {
    char[] inMemory = {};
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("worker", keys.getPrivate(), inMemory, new X509Certificate[] {certificate});
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, inMemory);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private static X509Certificate certificate(KeyPair keys) throws GeneralSecurityException {
    byte[] algorithm = der(SEQUENCE, ECDSA_WITH_SHA256);
    byte[] name =
        der(
            SEQUENCE,
            der(SET, der(SEQUENCE, COMMON_NAME, der(TEXT, ascii("midplane-gateway-worker")))));
    ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
    byte[] validity = der(SEQUENCE, time(now.minusDays(1)), time(now.plusYears(10)));
    byte[] fields =
        der(
            SEQUENCE,
            der(VERSION, der(INTEGER, new byte[] {2})),
            der(INTEGER, new BigInteger(SERIAL_BITS, new SecureRandom()).toByteArray()),
            algorithm,
            name,
            validity,
            name,
            keys.getPublic().getEncoded());
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(keys.getPrivate());
    signature.update(fields);
    byte[] whole = der(SEQUENCE, fields, algorithm, der(BITS, new byte[1], signature.sign()));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(whole));
  }

  private static byte[] time(ZonedDateTime time) {
    return der(TIME, ascii(UTC_TIME.format(time)));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A tag, the length of what follows, and that. */
  private static byte[] der(int tag, byte[]... parts) {
    var content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    int length = content.size();
    var whole = new ByteArrayOutputStream();
    whole.write(tag);
    if (length < 0x80) {
      whole.write(length);
    } else if (length < 0x100) {
      whole.write(0x81);
      whole.write(length);
    } else {
      whole.write(0x82);
      whole.write(length >> 8);
      whole.write(length);
    }
    whole.writeBytes(content.toByteArray());
    return whole.toByteArray();
  }
}
