package io.midplane.node;

import com.fasterxml.jackson.core.JsonGenerator;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameMeta;
import io.midplane.packet.frame.VlanTag;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Prints frames, one a line. */
final class FramePrinter implements FrameTaker {
  private final PrintStream out;
  private final Function<FrameMeta, String> names;
  private final @Nullable JsonLines lines;

  /**
   * A printer.
   *
   * @param names what the interface of a frame is called
   */
  FramePrinter(CommandContext context, Function<FrameMeta, String> names) {
    this.out = context.out();
    this.names = names;
    this.lines = context.json() ? new JsonLines(context.out()) : null;
  }

  @Override
  public void take(Frame frame) {
    if (lines != null) {
      lines.print(json -> write(json, frame));
    } else {
      out.println(text(frame));
    }
  }

  @Override
  public boolean rest() {
    return !out.checkError();
  }

  private String text(Frame frame) {
    FrameMeta meta = frame.meta();
    VlanTag tag = meta.vlan();
    return meta.instant()
        + " "
        + names.apply(meta)
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
    json.writeStringField("interface", names.apply(meta));
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
