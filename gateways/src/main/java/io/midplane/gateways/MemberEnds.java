package io.midplane.gateways;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How the members of a group end: side by side, but for those that others are behind. */
final class MemberEnds {
  private static final Duration AT_EXIT = Duration.ofMillis(500);

  private MemberEnds() {}

  /** Ends all, those that others are forwarded by last; how each ended, in order. Blocks: yes. */
  static List<MemberEnd> endAll(List<Gateway> all, Duration timeout) {
    List<MemberEnd> ends = new ArrayList<>();
    List<Gateway> left = all;
    while (!left.isEmpty()) {
      Set<String> needed = left.stream().flatMap(MemberEnds::behind).collect(Collectors.toSet());
      List<Gateway> round = left.stream().filter(each -> !needed.contains(each.id())).toList();
      List<Gateway> now = round.isEmpty() ? left : round;
      List<CompletableFuture<MemberEnd>> ending =
          now.stream().map(each -> each.terminateAsync(timeout).toCompletableFuture()).toList();
      ending.stream().map(CompletableFuture::join).forEach(ends::add);
      left = left.stream().filter(each -> !now.contains(each)).toList();
    }
    List<String> order = all.stream().map(Gateway::id).toList();
    ends.sort(Comparator.comparingInt(end -> order.indexOf(end.id())));
    return List.copyOf(ends);
  }

  private static Stream<String> behind(Gateway gateway) {
    return Stream.of("via", "installvia").flatMap(key -> gateway.spec().get(key).stream());
  }

  /** The same at the end of the JVM: all are told first, and nobody waits long. */
  static void endAtExit(List<Gateway> left) {
    left.forEach(Gateway::beginEnd);
    List<Thread> ending = new ArrayList<>();
    for (Gateway each : left) {
      ending.add(Thread.ofPlatform().daemon().start(() -> each.finishEnd(AT_EXIT)));
    }
    long until = System.nanoTime() + 2 * AT_EXIT.toNanos();
    try {
      for (Thread each : ending) {
        var unused = each.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
