package io.midplane.packet.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * No bytes make a codec throw anything but its own exception, and what one has read it reads the
 * same again from what it writes. {@code JAZZER_FUZZ=1} with {@code -Dtest=CodecFuzzTest} searches
 * for bytes that do otherwise.
 */
@Tag("fuzz")
class CodecFuzzTest {
  private static final List<Function<Octets, Layer>> CODECS =
      List.of(
          Ethernet::decode,
          Llc::decode,
          Snap::decode,
          Arp::decode,
          Ipv4::decode,
          Ipv6::decode,
          Icmp::decode,
          Icmpv6::decode,
          Udp::decode,
          Tcp::decode,
          Igmp::decode,
          Dhcp::decode,
          Lldp::decode,
          Stp::decode,
          Lacp::decode,
          Cdp::decode,
          Edp::decode);

  /** Bytes that get past the first checks of each codec, to be changed at random. */
  private static final List<String> SEEDS =
      List.of(
          "0180c200000e0200000000018100000a88cc",
          "424203",
          "aaaa030000000800",
          "00010800060400010200000000010a000001ffffffffffff0a000002",
          "45000020000040004011000000000000000000000005000600080000aabbccdd",
          "6000000000101140" + "00".repeat(32) + "1100010400000000" + "0005000600080000",
          "0800000000010002",
          "87000000000000002001" + "00".repeat(14) + "0101020000000001",
          "0005000600100000" + "00".repeat(8),
          "00010002000000010000000260120000000000000204ffff",
          "22000000000000020400000" + "0ef0101010100000" + "2ef0101020a000005" + "0a000006",
          "01010600" + "00".repeat(232) + "63825363" + "350101ff",
          "0207040200000000010405"
              + "0565746831"
              + "06020078"
              + "0a03737731"
              + "fe060080c2010064"
              + "0000",
          "0000030200" + "00".repeat(31) + "0050" + "00".repeat(80),
          "01010114" + "00".repeat(18) + "0214" + "00".repeat(18) + "0310" + "00".repeat(66),
          "02b40000" + "0001000a737769746368",
          "0100001c00000009000002000000000199010008" + "6e616d6599000004");

  @FuzzTest(maxDuration = "5m")
  void shouldReadOrRefuse(byte[] input) {
    CODECS.forEach(codec -> check(codec, input));
    all(input);
  }

  @RepeatedTest(200)
  @DisplayName("45: random bytes through every codec: nothing but the declared exception")
  void shouldReadOrRefuseRandomBytes() {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("seed " + seed);
    var random = new SplittableRandom(seed);
    for (int i = 0; i < CODECS.size(); i++) {
      for (int k = 0; k < 50; k++) {
        check(CODECS.get(i), changed(random, Octets.ofHex(SEEDS.get(i)).toBytes()));
      }
    }
    byte[] noise = new byte[random.nextInt(200)];
    random.nextBytes(noise);
    CODECS.forEach(codec -> check(codec, noise));
    all(noise);
  }

  @Test
  void shouldReadEverySeed() {
    for (int i = 0; i < CODECS.size(); i++) {
      byte[] seed = Octets.ofHex(SEEDS.get(i)).toBytes();
      assertThat(CODECS.get(i).apply(Octets.of(seed))).isNotNull();
    }
  }

  private static byte[] changed(SplittableRandom random, byte[] seed) {
    byte[] bytes =
        Arrays.copyOf(seed, random.nextInt(3) == 0 ? random.nextInt(seed.length + 1) : seed.length);
    for (int changes = random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return bytes;
  }

  private static void check(Function<Octets, Layer> codec, byte[] input) {
    Layer read;
    try {
      read = codec.apply(Octets.of(input));
    } catch (CodecException e) {
      return;
    }
    assertThat(codec.apply(Octets.of(read.encode()))).isEqualTo(read);
    further(read);
  }

  private static void all(byte[] input) {
    try {
      Packets.decode(Octets.of(input)).forEach(CodecFuzzTest::further);
    } catch (CodecException e) {
      // Too short for a frame.
    }
  }

  /** What is read only when asked for. */
  private static void further(Layer layer) {
    try {
      switch (layer) {
        case Icmpv6 message -> NeighborDiscovery.decode(message);
        case Igmp message -> {
          message.sources();
          message.records();
        }
        case Lldp message -> {
          message.chassis().text();
          message.port().text();
          message.first(LldpTlv.ManagementAddress.class).ifPresent(LldpTlv.ManagementAddress::text);
        }
        case Ethernet frame -> frame.content();
        default -> assertThat(layer.toString()).isNotNull();
      }
    } catch (CodecException e) {
      // The declared one.
    }
  }
}
