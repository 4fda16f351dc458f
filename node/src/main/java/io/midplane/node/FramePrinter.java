package io.midplane.node;

import com.fasterxml.jackson.core.JsonGenerator;
import io.midplane.packet.PacketPort;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameMeta;
import io.midplane.packet.frame.VlanTag;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints frames, one a line. */
final class FramePrinter {
  private final PrintStream out;
  private final PacketPort port;
  private final @Nullable JsonLines lines;

  FramePrinter(CommandContext context, PacketPort port) {
    this.out = context.out();
    this.port = port;
    this.lines = context.json() ? new JsonLines(context.out()) : null;
  }

  void print(Frame frame) {
    if (lines != null) {
      lines.print(json -> write(json, frame));
    } else {
      out.println(text(frame));
    }
  }

  /** Whether nobody reads any more; flushes to see. */
  boolean isClosed() {
    return out.checkError();
  }

  private String interfaceName(Frame frame) {
    return port.address(frame.meta()).interfaceName();
  }

  private String text(Frame frame) {
    FrameMeta meta = frame.meta();
    VlanTag tag = meta.vlan();
    return meta.instant()
        + " "
        + interfaceName(frame)
        + " "
        + frame.source()
        + " > "
        + frame.destination()
        + (tag == null ? "" : " vlan " + tag.id())
        + " type 0x%04x length %d".formatted(frame.ethertype(), meta.originalLength())
        + (meta.isTruncated() ? " of which " + meta.capturedLength() : "");
  }

  private void write(JsonGenerator json, Frame frame) throws IOException {
    FrameMeta meta = frame.meta();
    VlanTag tag = meta.vlan();
    json.writeStringField("time", meta.instant().toString());
    json.writeStringField("interface", interfaceName(frame));
    json.writeNumberField("ifindex", meta.ifindex());
    json.writeStringField("for", meta.type().name().toLowerCase(Locale.ROOT));
    json.writeStringField("source", frame.source().toString());
    json.writeStringField("destination", frame.destination().toString());
    if (tag == null) {
      json.writeNullField("vlan");
    } else {
      json.writeNumberField("vlan", tag.id());
    }
    json.writeNumberField("ethertype", frame.ethertype());
    json.writeNumberField("length", meta.originalLength());
    json.writeBinaryField("bytes", frame.bytes());
  }
}
