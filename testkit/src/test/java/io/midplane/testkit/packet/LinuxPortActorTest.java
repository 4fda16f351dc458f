package io.midplane.testkit.packet;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.actors.Midplane;
import io.midplane.packet.PacketPort;
import io.midplane.packet.PortOptions;
import io.midplane.packet.actor.Delivery;
import io.midplane.packet.actor.PacketIo;
import io.midplane.packet.actor.PortProtocol.*;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.frame.MacAddress;
import io.midplane.packet.frame.PacketIoException;
import io.midplane.packet.link.SendResult;
import io.midplane.testkit.Probes;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.Collections;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Port actors on the kernel's interfaces. */
@Tag("netns")
class LinuxPortActorTest extends PortActorContract {
  private Veth veth;

  @BeforeEach
  void cable() {
    veth = new Veth();
  }

  @AfterEach
  void remove() {
    if (veth != null) {
      veth.close();
    }
  }

  @Override
  Ends ends(Midplane midplane) {
    PacketIo io = PacketIo.of(midplane);
    return new Ends(
        io.spawn("va", PortOptions.defaults().withVirtualRouter(veth.left())),
        io.spawn("vb", PortOptions.defaults().withVirtualRouter(veth.right())));
  }

  @Test
  @DisplayName("1: who subscribes to a missing interface is told, and sends are answered")
  void shouldTellThatItCouldNotOpen(Midplane midplane, Probes probes) {
    TestProbe<Event> events = probes.of(Event.class);
    TestProbe<Reply> replies = probes.of(Reply.class);
    ActorRef<Command> port =
        PacketIo.of(midplane)
            .spawn("nope0", PortOptions.defaults().withVirtualRouter(veth.right()));

    port.tell(new Subscribe(FILTER, Delivery.batches(), events.getRef()));

    assertThat(next(events, OpenFailed.class).reason())
        .isInstanceOf(PacketIoException.class)
        .hasMessageContaining("nope0");
    port.tell(new GetStatistics(replies.getRef()));
    replies.expectMessageClass(Refused.class, LONG);
    close(replies, port);
  }

  @Test
  @DisplayName("23: an actor that is stopped gives groups, promiscuity and sockets back")
  void shouldRestoreWhenStopped(Midplane midplane, Probes probes) {
    TestProbe<Event> events = probes.of(Event.class);
    TestProbe<Reply> replies = probes.of(Reply.class);
    TestProbe<ActorRef> made = probes.of(ActorRef.class);
    PortOptions options = PortOptions.defaults().withVirtualRouter(veth.right());
    ActorRef<String> parent =
        midplane.spawnActor(parent(midplane, options, made.getRef()), "parent");
    @SuppressWarnings("unchecked")
    ActorRef<Command> port = made.expectMessageClass(ActorRef.class, LONG);
    port.tell(new Subscribe(FILTER, Delivery.batches(), events.getRef()));
    next(events, Opened.class);
    port.tell(new Promiscuous(true, replies.getRef()));
    replies.expectMessage(LONG, new Done());
    port.tell(new Join(MacAddress.of("01:80:c2:00:00:0e"), replies.getRef()));
    replies.expectMessage(LONG, new Done());
    assertThat(veth.atRight("ip", "-d", "link", "show", "vb")).contains("promiscuity 1");
    assertThat(veth.atRight("cat", "/proc/net/packet").lines()).hasSizeGreaterThan(1);

    parent.tell("fail");

    next(events, Closed.class);
    Awaitility.await()
        .atMost(LONG)
        .untilAsserted(() -> {
          assertThat(veth.atRight("ip", "-d", "link", "show", "vb")).contains("promiscuity 0");
          assertThat(veth.atRight("ip", "maddr", "show", "dev", "vb"))
              .doesNotContain("01:80:c2:00:00:0e");
          assertThat(veth.atRight("cat", "/proc/net/packet").lines()).hasSize(1);
        });
  }

  /** An actor that fails takes its children along: the port among them. */
  private static Behavior<String> parent(
      Midplane midplane, PortOptions options, ActorRef<ActorRef> made) {
    return Behaviors.setup(context -> {
      made.tell(context.spawn(PacketIo.of(midplane).behavior("vb", options), "port"));
      return Behaviors.receiveMessage(message -> {
        throw new IllegalStateException(message);
      });
    });
  }

  @Test
  @DisplayName("23: a process that is killed leaves nothing behind")
  void shouldRestoreWhenKilled() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KilledPort.class.getName(),
                "vb",
                veth.right())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var lines = process.inputReader()) {
      assertThat(lines.readLine()).isEqualTo("open");
      assertThat(veth.atRight("ip", "-d", "link", "show", "vb")).contains("promiscuity 1");
      assertThat(veth.atRight("ip", "maddr", "show", "dev", "vb")).contains("01:80:c2:00:00:0e");
    } finally {
      process.destroyForcibly().waitFor();
    }
    Awaitility.await()
        .atMost(LONG)
        .untilAsserted(() -> {
          assertThat(veth.atRight("ip", "-d", "link", "show", "vb")).contains("promiscuity 0");
          assertThat(veth.atRight("ip", "maddr", "show", "dev", "vb"))
              .doesNotContain("01:80:c2:00:00:0e");
          assertThat(veth.atRight("cat", "/proc/net/packet").lines()).hasSize(1);
        });
  }

  @Test
  @DisplayName("27: in a heap of 128 MB a slow subscriber misses frames, and each is counted")
  void shouldStayBounded() throws IOException, InterruptedException {
    int count = 200_000;
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                SlowSubscriber.class.getName(),
                "vb",
                veth.right(),
                String.valueOf(count))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var options = PortOptions.defaults().withVirtualRouter(veth.left());
    try (var lines = process.inputReader();
        var left = PacketPort.open("va", options)) {
      awaitLine(lines, "open");
      FrameBatch batch = FrameBatch.of(Collections.nCopies(500, Frame.of(new byte[1500])));
      for (int sent = 0; sent < count; sent += batch.size()) {
        assertThat(left.send(batch)).containsOnly(SendResult.SENT);
      }

      assertThat(awaitLine(lines, count + " of which dropped ")).doesNotEndWith(" 0");
      assertThat(process.waitFor()).isZero();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** Its log goes to standard output too. */
  private static String awaitLine(BufferedReader lines, String start) throws IOException {
    String line = lines.readLine();
    while (line != null && !line.startsWith(start)) {
      line = lines.readLine();
    }
    assertThat(line).as("a line that starts with " + start).isNotNull();
    return line;
  }

  @Test
  @DisplayName("26: subscribers hear of the link, and of the interface's end")
  void shouldTellOfTheLink(Midplane midplane, Probes probes) {
    TestProbe<Event> events = probes.of(Event.class);
    ActorRef<Command> port =
        PacketIo.of(midplane).spawn("vb", PortOptions.defaults().withVirtualRouter(veth.right()));
    port.tell(new Subscribe(FILTER, Delivery.batches(), events.getRef()));
    next(events, Opened.class);

    String unused = veth.atRight("ip", "link", "delete", "vb");

    next(events, InterfaceGone.class);
    next(events, Closed.class);
    events.expectTerminated(port, LONG);
  }
}
