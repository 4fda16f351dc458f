package io.midplane.testkit.gateways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.actors.Midplane;
import io.midplane.calls.DeadlockDetectedException;
import io.midplane.calls.DeadlockLevel;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.Gateway;
import io.midplane.gateways.actor.ChannelProtocol;
import io.midplane.gateways.actor.ChannelProtocol.Command;
import io.midplane.gateways.actor.ChannelProtocol.Notice;
import io.midplane.gateways.actor.ChannelProtocol.Reply;
import io.midplane.gateways.actor.GatewayActors;
import io.midplane.gateways.worker.Channel;
import io.midplane.gateways.worker.EndOfChannelException;
import io.midplane.gateways.worker.RemoteException;
import io.midplane.testkit.MidplaneTest;
import io.midplane.testkit.Probes;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels as actors of a runtime, and the same channels by calls. */
@Tag("peer")
@MidplaneTest
@Timeout(60)
class GatewayActorsTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @BeforeAll
  static void requirePython() {
    if (System.getenv("CI") == null) {
      Assumptions.assumeTrue(
          Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
              .anyMatch(folder -> Files.isExecutable(Path.of(folder, "python3"))),
          "python3 is not installed");
    }
  }

  /** Either way to a channel: what is sent, what comes, what is thrown. */
  private interface Way {
    void send(Object item);

    Object receive();
  }

  private static Way byCalls(Channel channel) {
    return new Way() {
      @Override
      public void send(Object item) {
        channel.send(item);
      }

      @Override
      public Object receive() {
        return channel.receive(LONG);
      }
    };
  }

  private static Way byMessages(Midplane midplane, Channel channel) {
    ActorRef<Command> actor = GatewayActors.of(midplane).spawn(channel);
    return new Way() {
      @Override
      public void send(Object item) {
        granted(midplane, actor, replyTo -> ChannelProtocol.Send.one(item, replyTo));
      }

      @Override
      public Object receive() {
        Reply reply = granted(midplane, actor, ChannelProtocol.Receive::new);
        return ((ChannelProtocol.Received) reply).item();
      }
    };
  }

  private static Reply granted(
      Midplane midplane, ActorRef<Command> actor, Function<ActorRef<Reply>, Command> command) {
    Reply reply = midplane.ask(actor, command, LONG);
    if (reply instanceof ChannelProtocol.Refused(var reason)) {
      throw reason;
    }
    return reply;
  }

  @ParameterizedTest
  @ValueSource(strings = {"calls", "messages"})
  void shouldBehaveAlikeByCallsAndByMessages(String how, Midplane midplane) {
    Gateway gateway = GatewayActors.of(midplane).group().makeGateway("popen//python=python3");
    Channel channel =
        gateway.remoteExec("for i in range(3): channel.send(channel.receive() * 2)\n1/0");
    Way way = how.equals("calls") ? byCalls(channel) : byMessages(midplane, channel);

    for (int i = 0; i < 3; i++) {
      way.send(i);
      assertThat(way.receive()).isEqualTo(2 * i);
    }

    assertThatThrownBy(way::receive)
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining("ZeroDivisionError");
    assertThatThrownBy(way::receive).isInstanceOf(EndOfChannelException.class);
    assertThatThrownBy(() -> way.send(1))
        .isInstanceOf(MidplaneException.class)
        .hasMessageContaining("cannot send");
  }

  @ParameterizedTest
  @ValueSource(strings = {"inproc", "popen//python=python3"})
  void shouldGiveASubscriberOneListAtATime(String spec, Midplane midplane, Probes probes) {
    GatewayActors gateways = GatewayActors.of(midplane);
    Gateway gateway = gateways.group().makeGateway(spec);
    String source =
        spec.equals("inproc")
            ? "for (int i = 0; i < 5000; i++) { channel.send(i); }"
            : "for i in range(5000): channel.send(i)";
    TestProbe<Notice> subscriber = probes.of(Notice.class);
    ActorRef<Command> actor = gateways.spawn(gateway.remoteExec(source));

    granted(midplane, actor, to -> new ChannelProtocol.Subscribe(subscriber.getRef(), to));

    List<Object> items = new ArrayList<>();
    Notice notice = subscriber.receiveMessage(LONG);
    while (notice instanceof ChannelProtocol.Items(var more, var channel)) {
      subscriber.expectNoMessage(Duration.ZERO);
      items.addAll(more);
      channel.tell(new ChannelProtocol.Next());
      notice = subscriber.receiveMessage(LONG);
    }
    assertThat(items).isEqualTo(IntStream.range(0, 5000).boxed().toList());
    assertThat(((ChannelProtocol.Ended) notice).isOrderly()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"inproc"})
  void shouldCloseTheChannelWithItsSubscriber(String spec, Midplane midplane, Probes probes) {
    GatewayActors gateways = GatewayActors.of(midplane);
    Gateway gateway = gateways.group().makeGateway(spec);
    Channel channel = gateway.newChannel();
    TestProbe<Notice> subscriber = probes.of(Notice.class);
    ActorRef<Command> actor = gateways.spawn(channel);
    granted(midplane, actor, to -> new ChannelProtocol.Subscribe(subscriber.getRef(), to));

    subscriber.stop();

    Awaitility.await().atMost(LONG).until(channel::isClosed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"receive", "waitClose", "remoteStatus", "makeGateway", "terminate"})
  void shouldRefuseToWaitOnAnActorsThread(String call, Midplane midplane) {
    GatewayActors gateways = GatewayActors.of(midplane);
    Gateway gateway = gateways.group().makeGateway("inproc");
    Channel channel = gateway.newChannel();
    Runnable code =
        switch (call) {
          case "receive" -> channel::receive;
          case "waitClose" -> channel::waitClose;
          case "remoteStatus" -> () -> gateway.remoteStatus();
          case "makeGateway" -> () -> gateways.group().makeGateway("inproc");
          default -> () -> gateway.terminate(LONG);
        };
    ActorRef<ActorRef<Throwable>> actor = midplane.spawnActor(running(code), "runs");

    Throwable thrown = midplane.ask(actor, replyTo -> replyTo, LONG);

    assertThat(thrown)
        .isInstanceOfSatisfying(
            DeadlockDetectedException.class,
            refused -> assertThat(refused.level()).isEqualTo(DeadlockLevel.L0));
  }

  private static Behavior<ActorRef<Throwable>> running(Runnable code) {
    return Behaviors.receiveMessage(replyTo -> {
      try {
        code.run();
        replyTo.tell(new AssertionError("it was not refused"));
      } catch (RuntimeException refused) {
        replyTo.tell(refused);
      }
      return Behaviors.same();
    });
  }
}
