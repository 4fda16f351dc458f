package io.midplane.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.protocol.northbound.v1.GetRequest;
import io.midplane.protocol.northbound.v1.Key;
import io.midplane.protocol.northbound.v1.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code docs/reference/northbound.md} shows is what the code does. */
class NorthboundPageTest {
  private static final Pattern HEX_LINE =
      Pattern.compile("^ {4,6}((?:[0-9a-f]{2} )+) +\\S", Pattern.MULTILINE);
  private static final Pattern KIND_ROW =
      Pattern.compile("^\\| (\\d+) \\| ([A-Z]+) \\| ([^|]+) \\| ([^|]+) \\|", Pattern.MULTILINE);

  private final String page = Files.readString(pagePath());

  NorthboundPageTest() throws IOException {}

  private static Path pagePath() {
    return Path.of(System.getProperty("midplane.root", ".."), "docs", "reference", "northbound.md");
  }

  @Test
  void shouldShowTheBytesOfARequest() {
    var hex = new StringBuilder();
    HEX_LINE.matcher(page).results().map(line -> line.group(1)).forEach(hex::append);
    byte[] shown = HexFormat.of().parseHex(hex.toString().replace(" ", ""));

    FrameDecoder decoder = FrameDecoder.atNode(Frame.DEFAULT_MAX_BYTES);
    decoder.feed(ByteBuffer.wrap(shown));
    Frame frame = decoder.next();

    assertThat(frame.kind()).isEqualTo(FrameKind.REQUEST);
    assertThat(frame.requestId()).isEqualTo(1);
    assertThat(decoder.next()).isNull();
    assertThat(frame.payload(Request.parser()))
        .isEqualTo(
            Request.newBuilder()
                .setTimeoutMillis(30_000)
                .setGet(
                    GetRequest.newBuilder()
                        .setTable("vlan")
                        .setKey(
                            Key.newBuilder().setValues(ValueCodec.valuesToProto(List.of("blue")))))
                .build());
  }

  @Test
  void shouldListTheKindsOfFrames() {
    var listed = new ArrayList<String>();
    for (MatchResult row : KIND_ROW.matcher(page).results().toList()) {
      boolean both = row.group(3).startsWith("both");
      listed.add(
          row.group(1)
              + " "
              + row.group(2)
              + (both || row.group(3).startsWith("client") ? " client" : "")
              + (both || row.group(3).startsWith("node") ? " node" : "")
              + (row.group(4).equals("none") ? "" : " payload"));
    }
    var known = new ArrayList<String>();
    for (FrameKind kind : FrameKind.values()) {
      known.add(
          kind.code()
              + " "
              + kind
              + (kind.sentByClient() ? " client" : "")
              + (kind.sentByNode() ? " node" : "")
              + (kind.hasPayload() ? " payload" : ""));
    }

    assertThat(listed).containsExactlyElementsOf(known);
  }

  @Test
  void shouldStateTheLimits() {
    var limits = NorthboundLimits.DEFAULT;
    assertThat(page)
        .contains("1 048 576")
        .contains("(" + limits.maxOpenRequests() + ")")
        .contains("(65 536)")
        .contains("version **" + MidplaneClient.PROTOCOL_VERSION + "**");
    assertThat(limits).isEqualTo(new NorthboundLimits(1_048_576, 4096, 65_536));
  }
}
