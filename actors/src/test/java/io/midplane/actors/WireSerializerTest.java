package io.midplane.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializers;
import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import io.midplane.actors.ServiceProtocol.Answered;
import io.midplane.actors.ServiceProtocol.Refused;
import io.midplane.actors.ServiceProtocol.Reply;
import io.midplane.actors.ServiceProtocol.Request;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.Row;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WireSerializerTest {

  private static final Row ROW = Row.of("name", "blue", "id", 7, "ports", List.of("1:1", "1:2"));
  private static final Event EVENT =
      new Event(
          EventId.of("cm", "vlan", "set"),
          ROW,
          "vlan",
          42,
          Instant.parse("2026-11-21T01:02:03.456789Z"));
  private static final Refused<Row> REFUSED =
      new Refused<>(new MidplaneException(ErrorCode.AGENT_REFUSED, "vlan 7 is in use"));

  @RegisterExtension
  final RuntimeUnderTest runtime =
      RuntimeUnderTest.with(MidplaneSettings.defaults().maxMessageSize(2048));

  private ExtendedActorSystem system;
  private Serialization serialization;

  @BeforeEach
  void open() {
    system = (ExtendedActorSystem) Adapter.toClassic(runtime.midplane().system());
    serialization = SerializationExtension.get(system);
  }

  static Stream<Arguments> messages() {
    return Stream.of(
        Arguments.of("row-1", "row:1", ROW),
        Arguments.of("event-1", "event:1", EVENT),
        Arguments.of("service-answered-1", "service-answered:1", new Answered<>(ROW)));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void shouldWriteTheGoldenBytesAndReadThemBack(String file, String manifest, Object message)
      throws IOException {
    byte[] golden = golden(file);

    byte[] written = serialization.serialize(message).get();

    assertThat(HexFormat.of().formatHex(written)).isEqualTo(HexFormat.of().formatHex(golden));
    assertThat(manifestOf(message)).isEqualTo(manifest);
    assertThat(read(golden, manifest)).isEqualTo(message);
  }

  @Test
  void shouldWriteARefusalAsItsCodeAndMessage() throws IOException {
    byte[] golden = golden("service-refused-1");

    assertThat(HexFormat.of().formatHex(serialization.serialize(REFUSED).get()))
        .isEqualTo(HexFormat.of().formatHex(golden));
    assertThat(read(golden, "service-refused:1"))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.reason().code()).isEqualTo(ErrorCode.AGENT_REFUSED);
              assertThat(refused.reason()).hasMessage("vlan 7 is in use");
            });
  }

  @Test
  void shouldCarryTheActorThatGetsTheReply() {
    ActorRef<Reply<String>> replyTo =
        runtime.midplane().spawnActor(Behaviors.<Reply<String>>ignore(), "replyTo");
    var request = new Request<>("hello", replyTo);

    Object read = read(serialization.serialize(request).get(), manifestOf(request));

    assertThat(read).isEqualTo(request);
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(
      strings = {"event:2", "event:0", "event", "event:x", "nothing:1", "", ":1"})
  void shouldRefuseAnUnknownManifestWithATypedError(String manifest) {
    assertThatThrownBy(() -> read(new byte[0], manifest))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
        .hasMessageContaining("\"" + manifest + "\"")
        .hasMessageContaining("event:1");
  }

  @Test
  void shouldRefuseDamagedBytes() {
    assertThatThrownBy(() -> read(new byte[] {10, 127, 1}, "event:1"))
        .isInstanceOfSatisfying(
            MidplaneException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.PROTOCOL_VIOLATION));
    assertThatThrownBy(() -> read(new byte[] {10, 0}, "service-request:1"))
        .isInstanceOf(MidplaneException.class);
  }

  @Test
  void shouldRefuseWhatIsTooLargeBothWays() {
    Row large = Row.of("text", "x".repeat(2048));

    assertThatThrownBy(() -> serialization.serialize(large).get())
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED))
        .hasMessageContaining("at most 2048");
    assertThatThrownBy(() -> read(new byte[2049], "row:1"))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED));
  }

  @Test
  void shouldReadEarlierVersions() {
    var codec =
        new WireCodec<Named>(
            Named.class,
            "named",
            3,
            (named, context) -> BytesValue.of(ByteString.copyFromUtf8(named.name())),
            (version, data, context) ->
                new Named(version + " " + BytesValue.parseFrom(data).getValue().toStringUtf8()));
    var serializer = new WireSerializer(system, List.of(() -> List.of(codec)));

    byte[] data = serializer.toBinary(new Named("blue"));

    assertThat(serializer.manifest(new Named("blue"))).isEqualTo("named:3");
    assertThat(serializer.fromBinary(data, "named:1")).isEqualTo(new Named("1 blue"));
    assertThat(serializer.fromBinary(data, "named:3")).isEqualTo(new Named("3 blue"));
    assertThatThrownBy(() -> serializer.fromBinary(data, "named:4"))
        .isInstanceOf(MidplaneException.class);
  }

  @Test
  void shouldRefuseTwoCodecsForOneName() {
    WireCodecs twice = new RuntimeCodecs();

    assertThatThrownBy(() -> new WireSerializer(system, List.of(twice, twice)))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS));
    assertThatThrownBy(() -> new WireCodec<Named>(Named.class, "Named", 1, null, null))
        .isInstanceOf(MidplaneException.class)
        .hasMessageContaining("Named:1");
  }

  @Test
  void shouldSayThatAMessageHasNoCodec() {
    assertThatThrownBy(() -> serialization.serialize(new Named("blue")).get())
        .isInstanceOf(MidplaneException.class)
        .hasMessageContaining("Named");
  }

  @Test
  void shouldNotWriteWithJavaSerialization() {
    assertThatThrownBy(() -> serialization.serialize(new java.util.ArrayList<>(List.of(1))).get())
        .hasMessageContaining("Java serialization");
    assertThatThrownBy(() ->
            serialization.serialize(new Answered<>(new java.util.ArrayList<>(List.of(1)))).get())
        .isInstanceOfSatisfying(
            MidplaneException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining("WireMessage");
  }

  private record Named(String name) implements WireMessage {}

  private String manifestOf(Object message) {
    return Serializers.manifestFor(serialization.findSerializerFor(message), message);
  }

  private Object read(byte[] data, String manifest) {
    return serialization.deserialize(data, 1297106000, manifest).get();
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream file =
        WireSerializerTest.class.getResourceAsStream("/golden/" + name + ".hex")) {
      return HexFormat.of().parseHex(new String(file.readAllBytes()).replaceAll("\\s", ""));
    }
  }
}
