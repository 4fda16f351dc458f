package io.midplane.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.frame.MacAddress;
import io.midplane.packet.frame.PacketType;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.CaptureSink;
import io.midplane.packet.link.CaptureStatistics;
import io.midplane.packet.link.Fanout;
import io.midplane.packet.link.RxMode;
import io.midplane.packet.link.SendResult;
import io.midplane.packet.linux.InterfaceInfo;
import io.midplane.packet.linux.LinuxLink;
import io.midplane.packet.linux.NetworkNamespace;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What only the kernel's links have: states, groups and modes. */
@Tag("netns")
class LinuxLinkTest {
  private static final Duration LONG = PortContract.LONG;
  private static final MacAddress ELSEWHERE = MacAddress.of("01:00:5e:7f:00:01");

  @AutoClose private final LinuxWiring wiring = new LinuxWiring();

  private static PortOptions options() {
    return PortOptions.defaults();
  }

  private String right(String... arguments) {
    return wiring.namespaces().ip(wiring.rightName(), arguments);
  }

  private InterfaceInfo info(String namespace, String name) {
    return LinuxLink.interfaces(new NetworkNamespace(namespace)).stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Keeps what is said about a link, as words. */
  private static final class Said implements PortListener {
    private final List<String> words = new CopyOnWriteArrayList<>();

    @Override
    public void linkDown(int ifindex) {
      words.add("down");
    }

    @Override
    public void linkUp(int ifindex) {
      words.add("up");
    }

    @Override
    public void gone(int ifindex) {
      words.add("gone");
    }

    @Override
    public void closed() {
      words.add("closed");
    }

    void await(String... expected) {
      Awaitility.await()
          .atMost(LONG)
          .untilAsserted(() -> assertThat(words).containsExactly(expected));
    }
  }

  @Test
  @DisplayName("8: a frame to the interface's own address is for the host")
  void shouldKnowFramesForTheHost() {
    MacAddress own = info(wiring.rightName(), "vb").address();
    try (var left = wiring.left(options());
        var right = wiring.right(Frames.type(Frames.TYPE), options())) {
      left.send(Frames.of(own, Frames.TYPE, 1, 64));

      assertThat(PortContract.next(right).meta().type()).isEqualTo(PacketType.HOST);
      assertThat(PortContract.next(wiringWith(left, right, own)).destination()).isEqualTo(own);
    }
  }

  private static PacketPort wiringWith(PacketPort left, PacketPort right, MacAddress own) {
    left.send(Frames.of(own, Frames.TYPE, 2, 64));
    return right;
  }

  @Test
  @DisplayName("21: promiscuity goes up by one and is restored by close")
  void shouldRestorePromiscuity() {
    try (var right = wiring.right(options().withPromiscuous())) {
      assertThat(right("-d", "link", "show", "vb")).contains("promiscuity 1");
      assertThat(right.isOpen()).isTrue();
    }
    assertThat(right("-d", "link", "show", "vb")).contains("promiscuity 0");
  }

  @Test
  @DisplayName("21: groups are joined, left, and left by close")
  void shouldRestoreGroups() {
    String group = "01:80:c2:00:00:0e";
    try (var right = wiring.right(options())) {
      right.join(Frames.GROUP);
      assertThat(right("maddr", "show", "dev", "vb")).contains(group);
      right.leave(Frames.GROUP);
      assertThat(right("maddr", "show", "dev", "vb")).doesNotContain(group);
      right.join(Frames.GROUP);
    }
    assertThat(right("maddr", "show", "dev", "vb")).doesNotContain(group);
  }

  @Test
  @DisplayName("22: on macvlan a group's frames come after join, and leave withdraws the wish")
  void shouldReceiveGroupsAfterJoining() {
    right("link", "add", "mv0", "link", "vb", "type", "macvlan", "mode", "private");
    right("link", "set", "mv0", "addrgenmode", "none");
    right("link", "set", "mv0", "up");
    var inRight = options().withVirtualRouter(wiring.rightName());
    try (var left = wiring.left(options());
        var port = PacketPort.open("mv0", Frames.type(Frames.TYPE), inRight)) {
      Frame group = Frames.of(ELSEWHERE, Frames.TYPE, 1, 64);
      left.send(group);
      assertThat(port.receive(PortContract.NONE_EXPECTED)).isEmpty();

      port.join(ELSEWHERE);
      Awaitility.await()
          .atMost(LONG)
          .until(() -> {
            left.send(group);
            return port.receive(PortContract.NONE_EXPECTED).isPresent();
          });
      assertThat(right("maddr", "show", "dev", "mv0")).contains(ELSEWHERE.toString());
      port.leave(ELSEWHERE);

      // Some kernels' macvlan goes on delivering; that the wish is withdrawn is what we can see.
      assertThat(right("maddr", "show", "dev", "mv0")).doesNotContain(ELSEWHERE.toString());
    }
  }

  @Test
  @DisplayName("26: down once, up again without reopening, renamed, removed, closed")
  void shouldTellHowTheLinkFares() {
    // The kernel tells of a new cable's carrier some time after it is there.
    Awaitility.await().atMost(LONG).until(() -> info(wiring.rightName(), "vb").carriesFrames());
    var said = new Said();
    PacketPort right = wiring.right(Frames.type(Frames.TYPE), options().withListener(said));
    try (var left = wiring.left(options())) {
      right("link", "set", "vb", "down");
      said.await("down");
      assertThat(right.carriesFrames()).isFalse();
      assertThat(right.send(Frames.numbered(1, 64))).isEqualTo(SendResult.LINK_DOWN);

      right("link", "set", "vb", "up");
      said.await("down", "up");
      Awaitility.await().atMost(LONG).until(left::carriesFrames);
      left.send(Frames.numbered(2, 64));
      assertThat(Frames.number(PortContract.next(right))).isEqualTo(2);

      right("link", "set", "vb", "down");
      right("link", "set", "vb", "name", "renamed");
      right("link", "set", "renamed", "up");
      said.await("down", "up", "down", "up");
      Awaitility.await().atMost(LONG).until(left::carriesFrames);
      left.send(Frames.numbered(3, 64));
      assertThat(Frames.number(PortContract.next(right))).isEqualTo(3);
      assertThat(right.address().interfaceName()).isEqualTo("renamed");
    }
    right("link", "delete", "renamed");
    // The kernel takes it down before it removes it.
    said.await("down", "up", "down", "up", "down", "gone", "closed");
    assertThat(right.isOpen()).isFalse();
    assertThat(right.send(Frames.numbered(4, 64))).isEqualTo(SendResult.GONE);
  }

  /** Sends each frame again, on the thread that hands it over, which so never has none. */
  private record Echo(PacketPort left, CompletableFuture<FrameSubscription> of, AtomicLong frames)
      implements CaptureSink {
    @Override
    public void frames(FrameBatch batch, long number) {
      frames.addAndGet(batch.size());
      var results = left.send(batch);
      var unused = of.thenAccept(subscription -> subscription.acknowledge(number));
    }

    @Override
    public void drops(long more, long total) {}

    @Override
    public void closed(CaptureStatistics statistics) {}
  }

  @Test
  @DisplayName("26: how links fare is told also while frames pour in")
  void shouldTellHowLinksFareWhileFramesPourIn() {
    wiring.namespaces().cable(wiring.leftName(), "qa", wiring.rightName(), "qb", 1500);
    for (String name : List.of("vb", "qb")) {
      Awaitility.await().atMost(LONG).until(() -> info(wiring.rightName(), name).carriesFrames());
    }
    var said = new Said();
    try (var left = wiring.left(options());
        var any = wiring.any(Frames.type(0), options().withListener(said))) {
      var echo = new Echo(left, new CompletableFuture<>(), new AtomicLong());
      echo.of.complete(
          any.subscribe(Frames.type(Frames.TYPE), CaptureSettings.defaults(), echo).join());
      assertThat(left.send(FrameBatch.of(Collections.nCopies(50, Frames.numbered(1, 64)))))
          .containsOnly(SendResult.SENT);
      Awaitility.await().atMost(LONG).until(() -> echo.frames.get() > 5000);

      right("link", "set", "qb", "down");

      said.await("down");
    }
  }

  @Test
  @DisplayName("26: the thread of a link that is down sleeps")
  void shouldNotSpinWhileDown() {
    try (var right = wiring.right(Frames.type(Frames.TYPE), options())) {
      right("link", "set", "vb", "down");
      Awaitility.await().atMost(LONG).until(() -> !right.carriesFrames());

      EngineThreads.awaitAsleep("packet-vb");
    }
  }

  @Test
  @DisplayName("37: the threads of fifty idle ports sleep, and no timer wakes them")
  void shouldCostNothingWhileIdle() {
    List<PacketPort> ports = new ArrayList<>();
    try {
      var settings = CaptureSettings.defaults().withRingBytes(1 << 16);
      for (int i = 0; i < 50; i++) {
        ports.add(wiring.right(Frames.type(Frames.TYPE), options().withCapture(settings)));
      }

      EngineThreads.awaitAsleep("packet-vb");
    } finally {
      ports.forEach(PacketPort::close);
    }
  }

  @Test
  @DisplayName("24, 35: a sleeping port is woken by a frame, and by close")
  void shouldBeWokenByAFrameAndByClose() {
    try (var left = wiring.left(options())) {
      PacketPort right = wiring.right(Frames.type(Frames.TYPE), options());
      EngineThreads.awaitAsleep("packet-vb");

      left.send(Frames.numbered(1, 64));
      assertThat(Frames.number(PortContract.next(right))).isEqualTo(1);

      EngineThreads.awaitAsleep("packet-vb");
      right.close();
      Awaitility.await().atMost(LONG).until(() -> EngineThreads.threads("packet-vb") == 0);
    }
  }

  @Test
  @DisplayName("36: in bulk a lone frame arrives after the retire time, many come in few batches")
  void shouldDeliverInBulk() {
    var bulk = CaptureSettings.defaults().withMode(RxMode.bulk(Duration.ofMillis(50)));
    var probe = new SinkProbe();
    try (var left = wiring.left(options());
        var right = wiring.right(options());
        var subscription = right.subscribe(Frames.type(Frames.TYPE), bulk, probe).join()) {
      probe.acknowledgeAllTo(subscription);
      left.send(Frames.numbered(1, 64));
      probe.awaitFrames(1);
      assertThat(probe.framesFrom(0).getFirst().bytes()).isEqualTo(Frames.numbered(1, 64).bytes());

      FrameBatch batch =
          FrameBatch.of(
              IntStream.range(0, 1000).mapToObj(number -> Frames.numbered(number, 64)).toList());
      assertThat(left.send(batch)).containsOnly(SendResult.SENT);
      probe.awaitFrames(1001);

      assertThat(probe.framesFrom(1)).map(Frames::number).isSorted();
      assertThat(probe.batches()).isLessThan(100);
    }
  }

  @Test
  @DisplayName("44: two members of a group share the frames without loss or doubles")
  void shouldShareFrames() {
    var settings = CaptureSettings.defaults().withFanout(Fanout.loadBalance(7));
    var first = new SinkProbe();
    var second = new SinkProbe();
    try (var left = wiring.left(options());
        var right = wiring.right(options())) {
      first.acknowledgeAllTo(right.subscribe(Frames.type(Frames.TYPE), settings, first).join());
      second.acknowledgeAllTo(right.subscribe(Frames.type(Frames.TYPE), settings, second).join());

      for (int i = 0; i < 1000; i++) {
        left.send(Frames.numbered(i, 64));
      }
      Awaitility.await().atMost(LONG).until(() -> first.frames() + second.frames() >= 1000);

      Set<Integer> numbers = new HashSet<>();
      first.framesFrom(0).forEach(frame -> numbers.add(Frames.number(frame)));
      second.framesFrom(0).forEach(frame -> numbers.add(Frames.number(frame)));
      assertThat(numbers).hasSize(1000);
      assertThat(first.frames() + second.frames()).isEqualTo(1000);
      assertThat(first.frames()).isEqualTo(500);
    }
  }

  @Test
  @DisplayName("43: the kernel answers an ARP request")
  void shouldExchangeArp() {
    wiring.namespaces().ip(wiring.rightName(), "addr", "add", "10.9.8.7/24", "dev", "vb");
    MacAddress own = info(wiring.leftName(), "va").address();
    ByteBuffer request = ByteBuffer.allocate(42);
    request.put(MacAddress.BROADCAST.bytes()).put(own.bytes()).putShort((short) 0x0806);
    request.putShort((short) 1).putShort((short) 0x0800).put((byte) 6).put((byte) 4);
    request.putShort((short) 1).put(own.bytes()).put(new byte[] {10, 9, 8, 1});
    request.put(new byte[6]).put(new byte[] {10, 9, 8, 7});
    try (var left = wiring.left(options())) {
      Frame answer =
          left.exchange(
              Frame.of(request.array()),
              frame -> frame.ethertype() == 0x0806 && frame.bytes()[21] == 2,
              LONG);

      assertThat(answer.source()).isEqualTo(info(wiring.rightName(), "vb").address());
    }
  }

  @Test
  @DisplayName("25: a thousand ports leave no file, mapping or thread behind")
  void shouldLeaveNothingBehind() throws Exception {
    var settings = CaptureSettings.defaults().withRingBytes(1 << 16);
    openAndClose(20, settings);
    EngineThreads.Held before = EngineThreads.held();

    openAndClose(1000, settings);

    Awaitility.await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(EngineThreads.held()).isEqualTo(before));
    assertThat(wiring.namespaces().exec(wiring.rightName(), "cat", "/proc/net/packet").lines())
        .hasSize(1);
  }

  /** Many at once: the kernel takes its time over each that goes. */
  private void openAndClose(int times, CaptureSettings settings) throws Exception {
    PortOptions options = options().withCapture(settings);
    try (ExecutorService threads = Executors.newFixedThreadPool(20)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        all.add(threads.submit(() -> wiring.right(Frames.type(Frames.TYPE), options).close()));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
  }

  @Test
  @DisplayName("P3: a filter that consumes is refused where the kernel forwards")
  void shouldRefuseToConsume() {
    try (var right = wiring.right(options())) {
      assertThatThrownBy(
              () -> right.addFilter("mine", PortFilter.consume(Frames.type(Frames.TYPE))))
          .isInstanceOf(MidplaneException.class)
          .hasMessageContaining("bridge")
          .extracting(e -> ((MidplaneException) e).code())
          .isEqualTo(ErrorCode.UNSUPPORTED);
      assertThat(right.filters()).isEmpty();
    }
  }

  @Test
  @DisplayName("9: a virtual router that is not there is named")
  void shouldNameAMissingRouter() {
    assertThatThrownBy(() -> PacketPort.open("lo", options().withVirtualRouter("no-such-router")))
        .isInstanceOf(MidplaneException.class)
        .hasMessageContaining("no-such-router")
        .hasMessageContaining("ip netns");
    assertThatThrownBy(() -> PacketPort.open("lo", options().withVirtualRouter("../x")))
        .hasMessageContaining("virtual router: \"../x\"");
  }

  @Test
  @DisplayName("21: on all interfaces nothing is joined")
  void shouldRefuseToJoinOnAll() {
    try (var any = wiring.any(BpfProgram.all(), options())) {
      assertThatThrownBy(() -> any.join(Frames.GROUP)).hasMessageContaining("open the one");
    }
  }
}
