package io.midplane.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import io.midplane.protocol.northbound.v1.Northbound;
import io.midplane.protocol.value.v1.ValueOuterClass;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The encoded bytes of every message and every frame are those of the golden files. A change of
 * them breaks clients that are out there. After a new message: {@code mvn test -pl calls,protocol
 * -Dtest=GoldenFilesTest -Dtest.jvm.flags=-Dgolden.write=true} writes the files that are missing,
 * and only those; they are compared from the next run on.
 */
class GoldenFilesTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final Path SOURCES = Path.of("src", "test", "resources", "golden");

  @TestFactory
  Stream<DynamicTest> shouldEncodeMessagesAsEver() {
    var byName = new LinkedHashMap<String, Message>();
    for (Message sample : Samples.all()) {
      byName.put(name(sample), sample);
      byName.putAll(alternatives(sample));
    }
    return byName.entrySet().stream()
        .map(entry -> dynamicTest(entry.getKey(), () -> check(entry.getKey(), entry.getValue())));
  }

  private static void check(String name, Message sample) throws IOException {
    assertGolden(name, sample.toByteArray());
    assertThat((Object) sample.getParserForType().parseFrom(golden(name))).isEqualTo(sample);
  }

  /** The message with each alternative of its oneofs in turn. */
  private static Map<String, Message> alternatives(Message sample) {
    var found = new LinkedHashMap<String, Message>();
    for (FieldDescriptor field : sample.getDescriptorForType().getFields()) {
      if (field.getRealContainingOneof() != null) {
        var message = sample.newBuilderForType();
        message.setField(
            field,
            switch (field.getJavaType()) {
              case STRING -> "x";
              case LONG -> 7L;
              case BOOLEAN -> true;
              case DOUBLE -> 0.5;
              case BYTE_STRING -> ByteString.copyFrom(new byte[] {0, -1});
              case MESSAGE -> message.newBuilderForField(field).build();
              case INT, FLOAT, ENUM -> throw new AssertionError("no sample for " + field);
            });
        found.put(name(sample) + "." + field.getName(), message.build());
      }
    }
    return found;
  }

  @TestFactory
  Stream<DynamicTest> shouldEncodeFramesAsEver() {
    return frames().entrySet().stream()
        .map(frame ->
            dynamicTest(
                "Frame." + frame.getKey(),
                () ->
                    assertGolden(
                        "Frame." + frame.getKey(), encoded(frame.getKey(), frame.getValue()))));
  }

  private static Map<FrameKind, MessageLite> frames() {
    var frames = new LinkedHashMap<FrameKind, MessageLite>();
    frames.put(FrameKind.HELLO, Samples.hello());
    frames.put(FrameKind.REQUEST, Samples.request());
    frames.put(FrameKind.REPLY, Samples.reply());
    frames.put(FrameKind.ITEMS, Samples.items());
    frames.put(FrameKind.END, null);
    frames.put(FrameKind.ERROR, Samples.failure());
    frames.put(FrameKind.CREDIT, Samples.credit());
    frames.put(FrameKind.CANCEL, null);
    frames.put(FrameKind.NOTICE, Samples.notice());
    frames.put(FrameKind.OPENED, null);
    return frames;
  }

  private static byte[] encoded(FrameKind kind, MessageLite payload) {
    var encoder = new FrameEncoder(Frame.DEFAULT_MAX_BYTES);
    var buffer = ByteBuffer.allocate(encoder.size(payload));
    encoder.encode(kind, kind == FrameKind.HELLO ? 0 : 258, payload, buffer);
    return buffer.array();
  }

  @Test
  void shouldCoverEveryMessageAndEveryField() {
    var declared = new ArrayList<>(ValueOuterClass.getDescriptor().getMessageTypes());
    declared.addAll(Northbound.getDescriptor().getMessageTypes());
    List<Message> samples = Samples.all();

    assertThat(samples.stream().map(Message::getDescriptorForType))
        .containsExactlyInAnyOrderElementsOf(declared)
        .hasSizeGreaterThan(40);
    assertThat(frames().keySet()).containsExactly(FrameKind.values());
    for (Message sample : samples) {
      for (FieldDescriptor field : sample.getDescriptorForType().getFields()) {
        if (field.getRealContainingOneof() == null) {
          assertThat(sample.getAllFields()).as("fields of %s", name(sample)).containsKey(field);
        }
      }
    }
  }

  @Test
  void shouldFailWhenAByteChanges() {
    byte[] changed = Samples.hello().toByteArray();
    changed[0] ^= 1;

    assertThatThrownBy(() -> assertGolden("midplane.northbound.v1.Hello", changed))
        .isInstanceOf(AssertionError.class);
  }

  private static String name(Message sample) {
    return sample.getDescriptorForType().getFullName();
  }

  private static void assertGolden(String name, byte[] bytes) throws IOException {
    Path source = SOURCES.resolve(name + ".hex");
    if (Boolean.getBoolean("golden.write") && !Files.exists(source)) {
      Files.createDirectories(SOURCES);
      Files.writeString(source, wrapped(HEX.formatHex(bytes)));
      return;
    }
    assertThat(HEX.formatHex(bytes)).as("bytes of %s", name).isEqualTo(HEX.formatHex(golden(name)));
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = GoldenFilesTest.class.getResourceAsStream("/golden/" + name + ".hex")) {
      assertThat(in).as("golden file of %s", name).isNotNull();
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return HEX.parseHex(text.replaceAll("\\s", ""));
    }
  }

  private static String wrapped(String hex) {
    return hex.replaceAll("(.{64})", "$1\n").strip() + "\n";
  }
}
