package io.midplane.packet.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.packet.codec.LldpTlv.ChassisId;
import io.midplane.packet.codec.LldpTlv.PortId;
import io.midplane.packet.codec.LldpTlv.SystemName;
import io.midplane.packet.codec.LldpTlv.Ttl;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameMeta;
import io.midplane.packet.frame.MacAddress;
import io.midplane.packet.frame.PacketType;
import io.midplane.packet.frame.VlanTag;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CodecTest {
  private static final MacAddress STATION = MacAddress.of("02:00:00:00:00:01");

  @Test
  @DisplayName("45: the example of RFC 1071 has the checksum that it says")
  void shouldComputeTheChecksumOfTheStandard() {
    assertThat(Checksum.of(Octets.ofHex("0001f203f4f5f6f7"))).isEqualTo(~0xddf2 & 0xffff);
    assertThat(Checksum.of(Octets.ofHex("0001f203f4f5f6f7220d"))).isZero();
    assertThat(Checksum.of(Octets.ofHex("01"))).isEqualTo(0xfeff);
  }

  @Test
  @DisplayName("45: made headers have right checksums, and a changed one is noticed")
  void shouldMakeRightChecksums() {
    Ipv4Address source = Ipv4Address.of("192.0.2.1");
    Ipv4Address destination = Ipv4Address.of("192.0.2.255");
    Udp datagram = Udp.of(1, 2, Octets.ofText("odd"));
    Ipv4 packet = Ipv4.of(source, destination, Ipv4.UDP, Octets.of(datagram.encode()));
    Udp summed = datagram.withChecksum(packet.pseudoHeader());

    assertThat(packet.isChecksumValid()).isTrue();
    assertThat(summed.isChecksumValid(packet.pseudoHeader())).isTrue();
    Udp other = new Udp(1, 3, summed.checksum(), summed.payload());
    assertThat(other.isChecksumValid(packet.pseudoHeader())).isFalse();
    assertThat(Icmp.echo(5, 6, Octets.ofText("ping")).isChecksumValid()).isTrue();
  }

  @Test
  @DisplayName("11, 45: the tag that the kernel took out is the first one")
  void shouldPutTheTakenTagFirst() {
    byte[] bytes = Octets.ofHex("ffffffffffff0200000000018100000a88b50102").toBytes();
    VlanTag outer = VlanTag.of(VlanTag.DOT1AD, 20, 0);
    Frame frame =
        new Frame(
            bytes, new FrameMeta(1, 0, bytes.length, bytes.length, PacketType.BROADCAST, outer, 0));

    Ethernet read = Ethernet.decode(frame);

    assertThat(read.tags()).containsExactly(outer, VlanTag.of(VlanTag.DOT1Q, 10, 0));
    assertThat(read.encode()).isEqualTo(frame.wire());
  }

  @Test
  @DisplayName("45: addresses are read and written as usual, and names are not looked up")
  void shouldReadAndWriteAddresses() {
    for (String text :
        List.of(
            "::",
            "::1",
            "2001:db8::1",
            "1::",
            "fe80::1:0:0:1",
            "1:0:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8")) {
      assertThat(Ipv6Address.of(text)).hasToString(text);
    }
    assertThat(Ipv4Address.of("255.0.10.1")).hasToString("255.0.10.1");
    for (String text : List.of("localhost", "1.2.3", "1.2.3.256", "1.2.3.4.5", "", "::1")) {
      assertThatThrownBy(() -> Ipv4Address.of(text)).isInstanceOf(CodecException.class);
    }
    for (String text : List.of("localhost", "1.2.3.4", ":::", "fe80::1%lo", "", "::ffff:1.2.3.4")) {
      assertThatThrownBy(() -> Ipv6Address.of(text)).isInstanceOf(CodecException.class);
    }
  }

  @Test
  @DisplayName("45: values that do not fit into their fields are refused")
  void shouldRefuseWhatDoesNotFit() {
    assertThatThrownBy(() -> Udp.of(65536, 1, Octets.EMPTY))
        .isInstanceOfSatisfying(
            CodecException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessage("source port: 65536 (expected: 0 to 65535)");
    assertThatThrownBy(() -> new Ttl(-1)).hasMessage("ttl: -1 (expected: 0 to 65535)");
    assertThatThrownBy(() -> new PortId(5, Octets.EMPTY)).isInstanceOf(CodecException.class);
    Lldp tooLong =
        new Lldp(
            ChassisId.of(STATION),
            PortId.of("eth0"),
            new Ttl(120),
            List.of(SystemName.of("x".repeat(512))));
    assertThatThrownBy(tooLong::encode).hasMessageContaining("512 (expected: 0 to 511)");
    assertThatThrownBy(() -> Octets.of(new byte[4]).uint16(3)).isInstanceOf(CodecException.class);
    assertThatThrownBy(() -> Octets.of(new byte[4]).int64(Integer.MAX_VALUE - 2))
        .isInstanceOf(CodecException.class);
  }

  @Test
  @DisplayName("45: what must be said in LLDP must be said, in order")
  void shouldRefuseLldpWithoutWhatMustBeSaid() {
    assertThatThrownBy(() -> Lldp.decode(Octets.ofHex("0000")))
        .hasMessageContaining("expected: ChassisId, PortId, Ttl");
    assertThatThrownBy(() -> Lldp.decode(Octets.ofHex("0602007804020561" + "0204076162630000")))
        .isInstanceOf(CodecException.class);
    assertThatThrownBy(() -> Lldp.decode(Octets.ofHex("0207040102")))
        .hasMessageContaining("7 bytes (expected: at most 3)");
  }
}
