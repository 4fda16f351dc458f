package io.midplane.packet.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.frame.MacAddress;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterTest {

  @ParameterizedTest
  @DisplayName("20: bad filter text is refused with the place and what was expected there")
  @CsvSource(
      delimiter = '|',
      value = {
        "tcp prt 80 | 4 | and, or, or the end",
        "tcp port http | 9 | port",
        "port 70000 | 5 | 0 to 65535",
        "port | 4 | port",
        "ip port 80 | 0 | tcp, udp, sctp",
        "host example.com | 5 | names are not looked up",
        "host 1.2.3.400 | 5 | 192.0.2.1",
        "host 10.0.0.0/8 | 13 | net before",
        "net 10.1.2.3/8 | 4 | none",
        "ip host fe80::1 | 8 | ip6",
        "host 1:2:3:4:5:6 | 5 | ether host",
        "host fe80:::1 | 5 | IPv6",
        "tcp host 1.2.3.4 | 9 | ip, arp, rarp",
        "80 | 0 | a test",
        "(port 80) or 82 | 13 | a test",
        "(tcp | 5 | )",
        "tcp) | 3 | the end",
        "tcp and | 8 | a test",
        "ether 1:2:3:4:5:6 | 6 | host, src",
        "ip[0 = 1 | 5 | ]",
        "ip[0:3] = 1 | 5 | 1, 2 or 4",
        "ip[0] | 5 | =, !=",
        "ip[0] = 1 = 1 | 10 | the end",
        "ip[0] / 0 = 1 | 6 | another divisor",
        "1 << 32 = 1 | 2 | 0 to 31",
        "esp[0] = 1 | 0 | bytes of ether",
        "ip[-1] = 1 | 3 | 0 to 65535",
        "vlan 5000 | 5 | 0 to 4095",
        "ether proto ip | 12 | an ethertype",
        "ether proto \\tcp | 12 | \\ip",
        "src proto 6 | 0 | none",
        "gateway 1.2.3.4 | 0 | a test",
        "protochain 6 | 0 | a test",
        "wlan type mgt | 0 | a test",
        "tcp § udp | 4 | a word",
        "len > 4294967296 | 6 | 4294967295",
        "less 1x | 5 | a length"
      })
  void shouldSayWhereAnExpressionIsWrong(String expression, int position, String expected) {
    var refused = catchThrowableOfType(FilterSyntaxException.class, () -> Filter.parse(expression));

    assertThat(refused).isNotNull().hasMessageContaining(expected);
    assertThat(refused).hasMessageContaining("column " + (refused.position() + 1));
    assertThat(Math.abs(refused.position() - position)).isLessThanOrEqualTo(1);
    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  @DisplayName("16: vlan looks beside the bytes on live frames and into them in files")
  void shouldLookForTagsWhereTheyAre() {
    byte[] inline = new byte[60];
    inline[12] = (byte) 0x81;
    inline[15] = 10;
    byte[] stripped = new byte[60];
    Filter filter = Filter.vlan(10);

    assertThat(filter.fileProgram().matches(inline)).isTrue();
    assertThat(filter.fileProgram().matches(stripped)).isFalse();
    assertThat(live(filter, stripped, BpfFacts.ofLength(60).withTag(0x8100, 0x600a))).isTrue();
    assertThat(live(filter, stripped, BpfFacts.ofLength(60).withTag(0x88a8, 20))).isFalse();
    assertThat(live(filter, inline, BpfFacts.ofLength(60).withTag(0x88a8, 20))).isFalse();
    assertThat(live(filter, inline, BpfFacts.ofLength(60))).isTrue();
  }

  @Test
  @DisplayName("19: the builder makes what the expression makes")
  void shouldBuildWhatExpressionsSay() throws Exception {
    MacAddress lldp = MacAddress.of("01:80:c2:00:00:0e");
    InetAddress host = InetAddress.getByName("192.0.2.1");
    InetAddress host6 = InetAddress.getByName("2001:db8::1");

    same(Filter.ethertype(0x88cc), "ether proto 0x88cc");
    same(
        Filter.etherDestination(lldp).and(Filter.ethertype(0x88cc)),
        "ether dst " + lldp + " and ether proto 0x88cc");
    same(
        Filter.etherHost(lldp).or(Filter.etherSource(lldp)),
        "ether host " + lldp + " or ether src " + lldp);
    same(Filter.broadcast().or(Filter.multicast()), "broadcast or multicast");
    same(Filter.vlan(10).and(Filter.ip()), "vlan 10 and ip");
    same(Filter.vlan().and(Filter.vlan(7)).and(Filter.udp()), "vlan and vlan 7 and udp");
    same(
        Filter.arp().or(Filter.ip6()).or(Filter.icmp()).or(Filter.icmp6()),
        "arp or ip6 or icmp or icmp6");
    same(Filter.tcp().and(Filter.port(80).not()), "tcp and not port 80");
    same(
        Filter.source(host).or(Filter.destination(host6)),
        "src host 192.0.2.1 or dst host 2001:db8::1");
    same(
        Filter.host(host).and(Filter.sourcePort(5)).or(Filter.destinationPort(6)),
        "host 192.0.2.1 and src port 5 or dst port 6");
    same(Filter.all(), " ");
  }

  @Test
  @DisplayName("19: beside a vlan, or looks in front of the tag")
  void shouldNotLookBehindATagInOr() {
    byte[] arp = new byte[60];
    arp[12] = 8;
    arp[13] = 6;

    assertThat(Filter.vlan(10).or(Filter.arp()).fileProgram().matches(arp)).isTrue();
    assertThat(Filter.parse("vlan 10 or arp").fileProgram().matches(arp)).isFalse();
  }

  @Test
  void shouldRefuseNumbersOutOfRange() {
    assertThatThrownBy(() -> Filter.ethertype(70000))
        .hasMessage("ethertype: 70000 (expected: 0 to 65535)");
    assertThatThrownBy(() -> Filter.vlan(-1)).hasMessage("vlan id: -1 (expected: 0 to 4095)");
    assertThatThrownBy(() -> Filter.port(65536)).hasMessage("port: 65536 (expected: 0 to 65535)");
  }

  @Test
  void shouldRefuseADirectionInFiles() {
    Filter filter = Filter.parse("inbound and ifindex 3");

    assertThat(live(filter, new byte[60], new BpfFacts(60, 0, 3, false, 0, 0))).isTrue();
    assertThat(live(filter, new byte[60], new BpfFacts(60, 4, 3, false, 0, 0))).isFalse();
    assertThatThrownBy(filter::fileProgram)
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED));
  }

  @Test
  @DisplayName("17: long filters jump far, and too long ones are refused")
  void shouldJumpFartherThanAByteReaches() {
    Filter far = Filter.parse(ports(150));
    byte[] udp = new byte[60];
    udp[12] = 8;
    udp[14] = 0x45;
    udp[23] = 17;
    udp[37] = (byte) 149;

    assertThat(far.program().length()).isGreaterThan(600);
    assertThat(far.program().matches(udp)).isTrue();
    assertThat(Filter.parse("not (" + ports(150) + ")").program().matches(udp)).isFalse();
    udp[37] = (byte) 151;
    assertThat(far.program().matches(udp)).isFalse();
    Filter tooLong = Filter.parse(ports(1000));
    assertThatThrownBy(tooLong::program).hasMessageContaining("expected: at most 4096");
  }

  @Test
  void shouldBoundTextAndNesting() {
    assertThatThrownBy(() -> Filter.parse("(".repeat(101) + "tcp" + ")".repeat(101)))
        .hasMessageContaining("at most 100 levels");
    assertThatThrownBy(() -> Filter.parse("-".repeat(5000) + "1 = 1"))
        .hasMessageContaining("at most 100 levels");
    assertThatThrownBy(() -> Filter.parse(" ".repeat(20_001)))
        .hasMessageContaining("20001 characters");
    assertThat(Filter.parse("not ".repeat(4000) + "ip").program()).isEqualTo(Filter.ip().program());
    assertThat(Filter.parse("(".repeat(99) + "ip" + ")".repeat(99)).program())
        .isEqualTo(Filter.ip().program());
  }

  @Test
  @DisplayName("20: at most 1000 tests, so that no filter is too deep for a small stack")
  void shouldBoundTests() throws Exception {
    String longest = "ip or arp and ".repeat(499) + "ip or arp";
    var failure = new AtomicReference<Throwable>();
    Thread small = new Thread(null, () -> Filter.parse(longest).fileProgram(), "small", 512 << 10);
    small.setUncaughtExceptionHandler((_, e) -> failure.set(e));

    small.start();
    small.join();

    assertThat(failure.get()).isNull();
    assertThatThrownBy(() -> Filter.parse(longest + " or udp"))
        .hasMessageContaining("test number 1001 at column 7000 (expected: at most 1000)");
    Filter most = Filter.parse(longest);
    assertThatThrownBy(() -> most.and(Filter.udp()))
        .hasMessageContaining("1001 tests (expected: at most 1000)");
  }

  private static String ports(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(String::valueOf)
        .collect(Collectors.joining(" or ", "udp dst port ", ""));
  }

  private static void same(Filter built, String expression) {
    assertThat(built.program())
        .describedAs(expression)
        .isEqualTo(Filter.parse(expression).program());
  }

  private static boolean live(Filter filter, byte[] frame, BpfFacts facts) {
    return filter.program().run(frame, 0, frame.length, facts) != 0;
  }
}
