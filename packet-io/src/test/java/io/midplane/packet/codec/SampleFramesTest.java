package io.midplane.packet.codec;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.packet.Peers;
import io.midplane.packet.file.CaptureReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Frames made by scapy are taken apart as tshark does, and put together again to the same bytes.
 */
@Tag("peer")
class SampleFramesTest {
  @TempDir static Path folder;

  private static final List<byte[]> FRAMES = new ArrayList<>();
  private static List<String> chains = List.of();
  private static Path file = Path.of("");

  @BeforeAll
  static void makeFrames() throws IOException {
    Peers.requirePython("scapy");
    Peers.require("tshark");
    Path script = folder.resolve("samples.py");
    try (InputStream in = SampleFramesTest.class.getResourceAsStream("samples.py")) {
      Files.copy(requireNonNull(in), script);
    }
    file = folder.resolve("samples.pcap");
    chains = Peers.text("/usr/bin/python3", script.toString(), file.toString()).lines().toList();
    try (CaptureReader reader = CaptureReader.open(file)) {
      while (reader.next()) {
        FRAMES.add(reader.frame().bytes());
      }
    }
    assertThat(FRAMES).hasSameSizeAs(chains);
  }

  @Test
  @DisplayName("45: every layer of frames made by scapy is found")
  void shouldFindAllLayers() {
    for (int i = 0; i < chains.size(); i++) {
      String chain =
          Packets.decode(Octets.of(FRAMES.get(i))).stream()
              .map(SampleFramesTest::name)
              .collect(Collectors.joining(" "));
      assertThat(chain).describedAs("frame %d", i + 1).isEqualTo(chains.get(i));
    }
  }

  private static String name(Layer layer) {
    return layer instanceof Stp ? "Stp" : layer.getClass().getSimpleName();
  }

  @Test
  @DisplayName("45: every layer is encoded to the bytes it was decoded from")
  void shouldEncodeWhatWasDecoded() {
    for (byte[] frame : FRAMES) {
      List<Layer> layers = Packets.decode(Octets.of(frame));
      assertThat(layers.getFirst().encode()).isEqualTo(frame);
      Octets outer = Octets.of(frame);
      for (Layer layer : layers) {
        byte[] encoded = layer.encode();
        assertThat(encoded)
            .describedAs(layer.toString())
            .isEqualTo(Arrays.copyOf(outer.toBytes(), encoded.length));
        outer = layer.payload();
      }
    }
  }

  @Test
  @DisplayName("45: messages of neighbour discovery are put together again")
  void shouldPutNeighborDiscoveryTogetherAgain() {
    int found = 0;
    for (byte[] frame : FRAMES) {
      var message = Packets.find(Packets.decode(Octets.of(frame)), Icmpv6.class);
      var said = message.flatMap(NeighborDiscovery::decode);
      if (said.isPresent()) {
        found++;
        assertThat(said.get().toIcmpv6().payload()).isEqualTo(message.get().payload());
      }
    }
    assertThat(found).isEqualTo(5);
  }

  @Test
  @DisplayName(
      "34, 45: tshark finds the same in every field, and the same checksums right or wrong")
  void shouldAgreeWithTshark() {
    List<String> fields = List.copyOf(TsharkFields.ALL.keySet());
    List<String> command =
        new ArrayList<>(
            List.of(
                "tshark",
                "-n",
                "-r",
                file.toString(),
                "-T",
                "fields",
                "-E",
                "separator=|",
                "-E",
                "occurrence=f"));
    for (String protocol : List.of("ip", "tcp", "udp")) {
      command.addAll(List.of("-o", protocol + ".check_checksum:TRUE"));
    }
    command.addAll(List.of("-o", "ipv6.defragment:FALSE"));
    fields.forEach(field -> command.addAll(List.of("-e", field)));

    List<String> lines = Peers.text(command.toArray(String[]::new)).lines().toList();

    assertThat(lines).hasSameSizeAs(FRAMES);
    int compared = 0;
    for (int i = 0; i < lines.size(); i++) {
      String[] theirs = lines.get(i).split("\\|", -1);
      List<Layer> layers = Packets.decode(Octets.of(FRAMES.get(i)));
      for (int f = 0; f < fields.size(); f++) {
        Object ours = TsharkFields.ALL.get(fields.get(f)).apply(layers);
        if (ours != null) {
          compared++;
          Object their =
              ours instanceof Long && !theirs[f].isEmpty() ? Long.decode(theirs[f]) : theirs[f];
          assertThat(their).describedAs("%s of frame %d", fields.get(f), i + 1).isEqualTo(ours);
        }
      }
    }
    assertThat(compared).isGreaterThan(300);
  }
}
