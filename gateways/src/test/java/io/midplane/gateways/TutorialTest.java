package io.midplane.gateways;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.gateways.wire.Values;
import io.midplane.gateways.worker.Channel;
import io.midplane.gateways.worker.RemoteException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of the tutorial, with a Python and a JVM of this machine. */
@Tag("peer")
@Timeout(120)
class TutorialTest {

  @BeforeAll
  static void requirePython() {
    Groups.requirePython();
  }

  @Test
  void shouldRunAsTheTutorialSays() {
    List<Object> shown = new ArrayList<>();
    // snippet: first
    try (var group = Group.open()) {
      var gateway = group.makeGateway("popen//python=python3");
      var channel = gateway.remoteExec("channel.send(channel.receive() * 2)");
      channel.send(21);
      System.out.println(channel.receive()); // 42
    }
    // end

    // snippet: java
    try (var group = Group.open()) {
      var gateway = group.makeGateway("popen");
      var channel =
          gateway.remoteExec(
              """
              import java.net.InetAddress;
              channel.send(InetAddress.getLoopbackAddress().isLoopbackAddress());
              """);
      System.out.println(channel.receive()); // true
    }
    // end

    // snippet: method
    try (var group = Group.open()) {
      var gateway = group.makeGateway("popen");
      var channel = gateway.remoteExec(TutorialTest::countTo, 3);
      for (Object item : channel) {
        System.out.println(item); // 1, 2, 3
      }
    }
    // end

    try (var group = Group.open()) {
      var gateway = group.makeGateway("popen//python=python3");

      // snippet: function
      var channel =
          gateway.remoteCall(
              """
              def repeat(channel, word, times):
                  channel.send(word * times)
              """,
              "repeat",
              Map.of("word", "ab", "times", 2));
      // end
      shown.add(channel.receive(Duration.ofSeconds(20)));

      // snippet: error
      try (var failing = gateway.remoteExec("1/0")) {
        failing.waitClose();
      } catch (RemoteException error) {
        System.out.println(error.getMessage().lines().toList().getLast());
        // ZeroDivisionError: division by zero
      }
      // end

      // snippet: callback
      var counting = gateway.remoteExec("for i in range(3): channel.send(i)");
      var items = new CopyOnWriteArrayList<Object>();
      counting.setCallback(items::add);
      counting.waitClose(Duration.ofSeconds(10));
      System.out.println(items); // [0, 1, 2]
      // end
      shown.add(List.copyOf(items));

      // snippet: status
      RemoteStatus status = gateway.remoteStatus();
      System.out.println(status); // RemoteStatus[channels=…, executing=0, model=thread]
      RemoteInfo where = gateway.remoteInfo();
      System.out.println(where.pid() + " in " + where.folder());
      // end
      shown.add(status.model());
    }
    assertThat(shown).containsExactly("abab", List.of(0, 1, 2), "thread");

    // snippet: group
    try (var group = Group.open()) {
      for (int i = 0; i < 3; i++) {
        group.makeGateway("popen//python=python3//id=worker" + i);
      }
      MultiChannel channels = group.remoteExec("import os; channel.send(os.getpid())");
      System.out.println(channels.receiveEach()); // three process ids
      for (MemberEnd end : group.terminate(Duration.ofSeconds(5))) {
        System.out.println(end.id() + " " + end.outcome()); // worker0 ENDED …
      }
    }
    // end

    // snippet: values
    byte[] dumped = Values.dumps(List.of(1, 2, 3));
    System.out.println(Values.loads(dumped)); // [1, 2, 3]
    // end
    assertThat(Values.loads(dumped)).isEqualTo(List.of(1, 2, 3));
  }

  // snippet: task
  static void countTo(Channel channel, int last) {
    for (int i = 1; i <= last; i++) {
      channel.send(i);
    }
  }
  // end
}
