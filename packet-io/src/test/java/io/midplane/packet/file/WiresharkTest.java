package io.midplane.packet.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.packet.Peers;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameMeta;
import io.midplane.packet.frame.PacketType;
import io.midplane.packet.link.CaptureStatistics;
import java.math.BigDecimal;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wireshark's tools and tcpdump read what we write, and we read what they write. */
@Tag("peer")
class WiresharkTest {
  private static final List<Frame> FRAMES = Samples.random(11, 400);

  @TempDir Path folder;

  @BeforeAll
  static void requirePrograms() {
    Peers.require("tshark", "capinfos", "editcap", "tcpdump");
  }

  static Stream<Arguments> forms() {
    return CaptureFileTest.forms();
  }

  private Path written(CaptureFormat format, ByteOrder order) throws Exception {
    Path file = folder.resolve("written");
    Files.write(
        file, CaptureFileTest.write(CaptureWriter.builder().format(format).order(order), FRAMES));
    return file;
  }

  @ParameterizedTest
  @MethodSource("forms")
  @DisplayName("40: tshark agrees on count, lengths, times, VLAN and bytes")
  void shouldWriteWhatTsharkReads(CaptureFormat format, ByteOrder order) throws Exception {
    Path file = written(format, order);

    String[] lines =
        Peers.text(
                "tshark",
                "-r",
                file.toString(),
                "-T",
                "fields",
                "-E",
                "separator=|",
                "-e",
                "frame.time_epoch",
                "-e",
                "frame.len",
                "-e",
                "frame.cap_len",
                "-e",
                "vlan.id",
                "-e",
                "eth.src",
                "-e",
                "frame.interface_id")
            .split("\n");

    assertThat(lines).hasSameSizeAs(FRAMES);
    List<Integer> seen = new ArrayList<>();
    for (int i = 0; i < lines.length; i++) {
      String[] fields = lines[i].split("\\|", -1);
      Frame frame = Samples.inFile(FRAMES.get(i), 1);
      long time = frame.meta().timestamp();
      long shown = format == CaptureFormat.PCAP_MICROS ? time - time % 1000 : time;
      assertThat(new BigDecimal(fields[0])).isEqualByComparingTo(BigDecimal.valueOf(shown, 9));
      assertThat(fields[1]).isEqualTo(String.valueOf(frame.meta().originalLength()));
      assertThat(fields[2]).isEqualTo(String.valueOf(frame.bytes().length));
      var tag = FRAMES.get(i).meta().vlan();
      assertThat(fields[3]).isEqualTo(tag == null ? "" : String.valueOf(tag.id()));
      assertThat(fields[4]).isEqualTo(frame.source().toString());
      int ifindex = FRAMES.get(i).meta().ifindex();
      if (!seen.contains(ifindex)) {
        seen.add(ifindex);
      }
      boolean saysInterface = format == CaptureFormat.PCAPNG;
      assertThat(fields[5]).isEqualTo(saysInterface ? String.valueOf(seen.indexOf(ifindex)) : "");
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  @DisplayName("40: capinfos and tcpdump find the file whole")
  void shouldWriteWhatCapinfosAndTcpdumpRead(CaptureFormat format, ByteOrder order)
      throws Exception {
    Path file = written(format, order);

    String table = Peers.text("capinfos", "-TM", "-r", "-c", "-l", "-o", file.toString());
    assertThat(table.strip().split("\t")).contains("400", "True");
    String text = Peers.text("tcpdump", "-n", "-t", "-q", "-r", file.toString());
    assertThat(text.lines().filter(line -> !line.isBlank() && !line.startsWith("\t"))).hasSize(400);
  }

  @Test
  @DisplayName("40: interface names, statistics, direction and checksum flags are seen")
  void shouldSayWhatIsKnownOfInterfaces() throws Exception {
    Path file = folder.resolve("written");
    Frame frame =
        FRAMES.stream()
            .filter(one -> one.meta().type() == PacketType.OUTGOING)
            .findFirst()
            .orElseThrow();
    try (CaptureWriter writer = CaptureWriter.create(file)) {
      writer.addInterface(frame.meta().ifindex(), CaptureInterface.of("swp1"));
      writer.write(frame);
      writer.statistics(frame.meta().ifindex(), new CaptureStatistics(10, 3));
    }

    String shown =
        Peers.text(
            "tshark",
            "-r",
            file.toString(),
            "-T",
            "fields",
            "-e",
            "frame.interface_name",
            "-e",
            "frame.packet_flags_direction");
    assertThat(shown.strip().split("\t")[0]).isEqualTo("swp1");
    assertThat(Integer.decode(shown.strip().split("\t")[1])).isEqualTo(2);
    assertThat(Peers.text("capinfos", "-I", file.toString()))
        .contains("Name = swp1")
        .contains("Number of stat entries = 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pcap", "nsecpcap", "pcapng"})
  @DisplayName("40: what editcap writes is read")
  void shouldReadWhatEditcapWrites(String format) throws Exception {
    Path file = written(CaptureFormat.PCAPNG, ByteOrder.BIG_ENDIAN);
    Path theirs = folder.resolve("theirs");

    Peers.text("editcap", "-F", format, file.toString(), theirs.toString());

    List<Frame> read = CaptureFileTest.readAll(Files.readAllBytes(theirs));
    assertThat(read).hasSameSizeAs(FRAMES);
    for (int i = 0; i < read.size(); i++) {
      Frame expected = Samples.inFile(FRAMES.get(i), 1);
      FrameMeta meta = read.get(i).meta();
      long time = expected.meta().timestamp();
      assertThat(read.get(i).bytes()).isEqualTo(expected.bytes());
      assertThat(meta.timestamp()).isEqualTo(format.equals("pcap") ? time - time % 1000 : time);
      assertThat(meta.originalLength()).isEqualTo(expected.meta().originalLength());
    }
  }
}
