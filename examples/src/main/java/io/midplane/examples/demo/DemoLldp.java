package io.midplane.examples.demo;

import io.midplane.actors.Event;
import io.midplane.actors.EventId;
import io.midplane.actors.Midplane;
import io.midplane.cm.Configuration;
import io.midplane.examples.lldp.LldpAgent;
import io.midplane.examples.lldp.LldpIdentity;
import io.midplane.examples.lldp.LldpLink;
import io.midplane.packet.PacketPort;
import io.midplane.packet.bpf.Filter;
import io.midplane.packet.codec.Ethernet;
import io.midplane.packet.file.CaptureReader;
import io.midplane.packet.frame.MacAddress;
import io.midplane.packet.segment.LoopbackSegment;
import io.midplane.protocol.Row;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** The LLDP agent on a link in memory; its neighbour is a frame that a real lldpd sent. */
final class DemoLldp {
  private static final String CAPTURE = "/captures/lldpd.pcap";
  private static final MacAddress HERE = MacAddress.of("02:00:00:00:00:01");
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private DemoLldp() {}

  /**
   * Shows the neighbour that the agent found.
   *
   * @return its system name
   */
  static String run(Consumer<String> out) throws IOException, InterruptedException {
    LoopbackSegment segment = LoopbackSegment.create();
    var seen = new CompletableFuture<Event>();
    try (PacketPort neighbour =
            segment.open("neighbour", Filter.ethertype(Ethernet.LLDP).program());
        Midplane midplane = Midplane.start()) {
      midplane.events().subscribe(EventId.of("lldp", "neighbor", "added"), seen::complete);
      midplane.spawn(
          new LldpAgent(
              LldpIdentity.of("midplane"),
              name -> CompletableFuture.completedStage(new LldpLink(segment.open(name), HERE))),
          "lldp");
      Configuration config = Configuration.of(midplane);
      config.set("lldp_port", Row.of("name", "swp1"));
      if (neighbour.receive(DEADLINE).isEmpty()) {
        return "nobody: the agent said nothing";
      }
      send(neighbour);
      seen.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
      Row row = config.walk("lldp_neighbor").stream().findFirst().orElseThrow();
      out.accept("lldp_neighbor: " + row);
      return row.text("systemName");
    } catch (ExecutionException | TimeoutException late) {
      return "nobody";
    }
  }

  private static void send(PacketPort port) throws IOException {
    try (InputStream file = DemoLldp.class.getResourceAsStream(CAPTURE);
        CaptureReader capture = CaptureReader.of(file)) {
      while (capture.next()) {
        var unused = port.send(capture.frame());
      }
    }
  }
}
