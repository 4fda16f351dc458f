package io.midplane.node;

import static io.midplane.protocol.FrameKind.CANCEL;
import static io.midplane.protocol.FrameKind.CREDIT;
import static io.midplane.protocol.FrameKind.HELLO;
import static io.midplane.protocol.FrameKind.REPLY;
import static io.midplane.protocol.FrameKind.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.protocol.Frame;
import io.midplane.protocol.FrameKind;
import io.midplane.protocol.NorthboundLimits;
import io.midplane.protocol.northbound.v1.Credit;
import io.midplane.protocol.northbound.v1.Failure;
import io.midplane.protocol.northbound.v1.Hello;
import io.midplane.protocol.northbound.v1.Reply;
import io.midplane.protocol.northbound.v1.Request;
import io.midplane.protocol.northbound.v1.ShowRequest;
import io.midplane.protocol.northbound.v1.StatusRequest;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What breaks the rules of the wire format ends its own connection, with the reason, and no other.
 */
class HostileFramesTest {
  private final ScriptedService service = new ScriptedService();
  private NorthboundServer server;
  private RawClient bystander;

  @TempDir Path folder;

  @BeforeEach
  void start() {
    var limits =
        new ServerLimits(new NorthboundLimits(2048, 2, 10), 10, 1 << 20, Duration.ofMinutes(1));
    server = NorthboundServer.start(folder.resolve("node.sock"), "one", limits, service);
    bystander = RawClient.greeted(server.path());
  }

  @AfterEach
  void stop() {
    bystander.close();
    server.close();
  }

  private static byte[] status(long id) {
    return RawClient.bytes(REQUEST, id, statusRequest().build());
  }

  private static Request.Builder statusRequest() {
    return Request.newBuilder().setStatus(StatusRequest.getDefaultInstance());
  }

  private static byte[] show(int credits) {
    return RawClient.bytes(
        REQUEST,
        1,
        Request.newBuilder().setCredits(credits).setShow(ShowRequest.getDefaultInstance()).build());
  }

  private static byte[] credit(int items) {
    return RawClient.bytes(CREDIT, 1, Credit.newBuilder().setItems(items).build());
  }

  private static byte[] hello(int protocol) {
    return RawClient.bytes(HELLO, 0, RawClient.hello(protocol));
  }

  private static byte[] frame(FrameKind kind, long id, byte... payload) {
    byte[] whole = RawClient.bytes(kind, id, null);
    byte[] frame = Arrays.copyOf(whole, whole.length + payload.length);
    System.arraycopy(payload, 0, frame, whole.length, payload.length);
    frame[3] = (byte) (frame.length - 4);
    return frame;
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    List.of(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }

  static Stream<Arguments> violations() {
    byte[] hello = hello(1);
    return Stream.of(
        Arguments.of("another protocol", "GET / HTTP/1.1\r\n\r\n".getBytes(), "frame length"),
        Arguments.of("a frame that is too short", new byte[] {0, 0, 0, 8}, "frame length: 8"),
        Arguments.of("a frame that is too long", new byte[] {0, 0, 8, 1}, "frame length: 2049"),
        Arguments.of("a negative length", new byte[] {-1, -1, -1, -1}, "frame length: 4294967295"),
        Arguments.of(
            "an unknown kind", new byte[] {0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 1, 77}, "kind"),
        Arguments.of(
            "a kind that a node sends",
            RawClient.bytes(REPLY, 1, Reply.newBuilder().build()),
            "kind"),
        Arguments.of("a request before the greeting", status(1), "HELLO first"),
        Arguments.of("a cancel before the greeting", frame(CANCEL, 1), "HELLO first"),
        Arguments.of("credits before the greeting", credit(1), "HELLO first"),
        Arguments.of("two greetings", join(hello, hello), "HELLO once"),
        Arguments.of("a greeting that is none", frame(HELLO, 0, (byte) 0xff), "payload"),
        Arguments.of(
            "a request that is none", join(hello, frame(REQUEST, 1, (byte) 0xff)), "payload"),
        Arguments.of(
            "a cancel with a payload", join(hello, frame(CANCEL, 1, (byte) 1)), "frame length"),
        Arguments.of("request id 0", join(hello, status(0)), "request id: 0"),
        Arguments.of("a negative request id", join(hello, status(-5)), "request id: -5"),
        Arguments.of("an id in use", join(hello, status(1), status(1)), "request id: 1"),
        Arguments.of(
            "too many open requests",
            join(hello, status(1), status(2), status(3)),
            "open requests: 3"),
        Arguments.of("a stream without credits", join(hello, show(0)), "credits: 0"),
        Arguments.of("too many credits", join(hello, show(11)), "credits: 11"),
        Arguments.of(
            "too many credits in two steps", join(hello, show(6), credit(5)), "credits: 11"),
        Arguments.of(
            "more credits than a number holds",
            join(hello, show(1), credit(-1)),
            "credits: 4294967296"),
        Arguments.of("no credits", join(hello, show(1), credit(0)), "credits: 0"),
        Arguments.of("credits for a call", join(hello, status(1), credit(1)), "request id: 1"),
        Arguments.of(
            "a call with credits",
            join(hello, RawClient.bytes(REQUEST, 1, statusRequest().setCredits(1).build())),
            "credits: 1"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("violations")
  void shouldEndTheConnectionAndSayWhy(String what, byte[] bytes, String reason) {
    try (RawClient hostile = RawClient.silent(server.path())) {
      hostile.send(bytes);

      Frame last = hostile.untilClosed().getLast();

      Failure failure = last.payload(Failure.parser());
      assertThat(last.requestId()).isZero();
      assertThat(failure.getCode()).isEqualTo("PROTOCOL_VIOLATION");
      assertThat(failure.getMessage()).contains(reason).contains("expected:");
    }
    shouldStillServeTheBystander();
  }

  @Test
  void shouldRefuseAVersionThatIsNone() {
    try (RawClient client = RawClient.silent(server.path())) {
      client.send(HELLO, 0, Hello.getDefaultInstance());

      Failure failure = client.untilClosed().getLast().payload(Failure.parser());

      assertThat(failure.getCode()).isEqualTo("UNSUPPORTED");
    }
  }

  @Test
  void shouldSurviveNoise() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      byte[] noise = new byte[random.nextInt(1, 200)];
      random.nextBytes(noise);
      if (random.nextBoolean()) {
        noise[0] = noise[1 % noise.length] = noise[2 % noise.length] = 0;
      }
      try (RawClient hostile = RawClient.silent(server.path())) {
        if (random.nextBoolean()) {
          hostile.send(hello(1));
        }
        hostile.send(noise);
      } catch (UncheckedIOException closedMeanwhile) {
        assertThat(closedMeanwhile).hasMessageContaining("Broken pipe");
      }
    }
    try {
      shouldStillServeTheBystander();
    } catch (AssertionError failed) {
      throw new AssertionError("seed " + seed, failed);
    }
  }

  private void shouldStillServeTheBystander() {
    int mark = 77_777;
    bystander.request(1, statusRequest().setTimeoutMillis(mark));
    ScriptedService.Got call = service.nextCall();
    while (call.request().getTimeoutMillis() != mark) {
      call = service.nextCall(); // that of a hostile client
    }
    call.reply();
    bystander.expect(REPLY);
  }
}
