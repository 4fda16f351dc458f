package io.midplane.packet;

import io.midplane.calls.MidplaneException;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.frame.FrameMeta;
import io.midplane.packet.frame.MacAddress;
import io.midplane.packet.frame.PortAddress;
import io.midplane.packet.frame.SlotPort;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.CaptureSink;
import io.midplane.packet.link.CaptureStatistics;
import io.midplane.packet.link.Link;
import io.midplane.packet.link.SendResult;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A port: frames of an interface in and out.
 *
 * {@snippet :
 * try (var port = PacketPort.open("eth0", BpfProgram.all())) {
 *   port.send(Frame.of(bytes));
 *   Optional<Frame> frame = port.receive(Duration.ofSeconds(1));
 * }
 * }
 *
 * <p>It receives what its named filters want, and nothing before one is set. Frames wait in a
 * bounded ring; when that is full the kernel drops and counts them ({@link #statistics}). Readers
 * with filters and counters of their own are made by {@link #subscribe}. Sending never waits.
 *
 * <p>Closing it gives everything back: filters, groups, promiscuity, memory; so does the end of the
 * process. Thread-safe. The rules are numbered in {@code docs/behaviours/packet-io.md}.
 */
public final class PacketPort implements AutoCloseable {
  /** Name of the filter that a port is opened with. */
  public static final String FIRST_FILTER = "first";

  private final Link link;
  private final PortOptions options;
  private final Waits waits;
  private final Addresses addresses;
  private final Captures captures;
  private final Inbox inbox;
  private final Reception reception;
  private final Subscriptions subscriptions;
  private final Exchanges exchanges;
  private final Readiness readiness = new Readiness();
  private final CompletableFuture<Void> closed;

  PacketPort(Link link, PortOptions options, CompletableFuture<Void> closed) {
    this.link = link;
    this.options = options;
    this.closed = closed;
    this.waits = new Waits(options.gate());
    this.addresses = new Addresses(link, options.slotPorts());
    this.captures = new Captures(link);
    this.inbox = new Inbox(link, captures, options.capture(), readiness::changed);
    this.reception = new Reception(link, waits, inbox.queue());
    this.subscriptions =
        new Subscriptions(this, link, captures, options.capture(), inbox.settings());
    this.exchanges = new Exchanges(captures, options.capture());
  }

  // ---- opening

  /**
   * Opens an interface, or {@code any}; nothing is received before a filter is set. Blocks: yes,
   * shortly.
   *
   * @throws io.midplane.packet.frame.PacketIoException NO_SUCH_INTERFACE, NO_SUCH_ROUTER,
   *     NOT_PERMITTED or NATIVE_ACCESS_DENIED
   */
  public static PacketPort open(String interfaceName) {
    return open(interfaceName, PortOptions.defaults());
  }

  /** Opens an interface and receives what the program wants. Blocks: yes, shortly. */
  public static PacketPort open(String interfaceName, BpfProgram filter) {
    return open(interfaceName, filter, PortOptions.defaults());
  }

  /** Opens an interface with options; nothing is received before a filter is set. */
  public static PacketPort open(String interfaceName, PortOptions options) {
    return Opening.await(
        interfaceName, Opening.of(Opening.linux(interfaceName, options), options), options);
  }

  /** Opens an interface with options, and receives what the program wants. */
  public static PacketPort open(String interfaceName, BpfProgram filter, PortOptions options) {
    return Opening.await(
        interfaceName, Opening.of(Opening.linux(interfaceName, options), filter, options), options);
  }

  /** As {@link #open(String, PortOptions)}. Blocks: no. */
  public static CompletionStage<PacketPort> openAsync(String interfaceName, PortOptions options) {
    return over(Opening.linux(interfaceName, options), options);
  }

  /** As {@link #open(String, BpfProgram, PortOptions)}. Blocks: no. */
  public static CompletionStage<PacketPort> openAsync(
      String interfaceName, BpfProgram filter, PortOptions options) {
    return over(Opening.linux(interfaceName, options), filter, options);
  }

  /** Opens a port on a link of another kind. Blocks: no. */
  public static CompletionStage<PacketPort> over(LinkOpener opener, PortOptions options) {
    return Opening.later(Opening.of(opener, options), options);
  }

  /** Opens a port on a link of another kind, and receives what the program wants. Blocks: no. */
  public static CompletionStage<PacketPort> over(
      LinkOpener opener, BpfProgram filter, PortOptions options) {
    return Opening.later(Opening.of(opener, filter, options), options);
  }

  Waits waits() {
    return waits;
  }

  Inbox inbox() {
    return inbox;
  }

  // ---- what it is

  /** The interface, under its name of now. */
  public PortAddress address() {
    return addresses.of(link.address());
  }

  /** Where a frame came in. */
  public PortAddress address(FrameMeta meta) {
    return addresses.of(link.address(meta.ifindex()));
  }

  /** Whether the interface carries frames now. */
  public boolean carriesFrames() {
    return link.carriesFrames();
  }

  /** Whether it is open. */
  public boolean isOpen() {
    return !closed.isDone();
  }

  // ---- filters

  /** Names of the filters that are set. */
  public Set<String> filters() {
    return inbox.filters().byName().keySet();
  }

  /**
   * Sets a filter: what it wants is received from now on, beside what others want. Blocks: yes,
   * shortly.
   *
   * @throws MidplaneException ALREADY_EXISTS if there is one of that name; UNSUPPORTED if it
   *     consumes where others forward
   */
  public void addFilter(String name, PortFilter filter) {
    waits.<Void>await(
        "filter " + name, "addFilterAsync()", inbox.change(set -> set.with(name, filter)));
  }

  /** As {@link #addFilter}. Blocks: no. */
  public CompletionStage<Void> addFilterAsync(String name, PortFilter filter) {
    return waits.later("filter " + name, inbox.change(set -> set.with(name, filter)));
  }

  /**
   * Sets another filter under a name that is set. Once this has returned no frame is received that
   * only the old one wanted. Blocks: yes, shortly.
   */
  public void replaceFilter(String name, PortFilter filter) {
    waits.<Void>await(
        "filter " + name, "replaceFilterAsync()", inbox.change(set -> set.replaced(name, filter)));
  }

  /** As {@link #replaceFilter}. Blocks: no. */
  public CompletionStage<Void> replaceFilterAsync(String name, PortFilter filter) {
    return waits.later("filter " + name, inbox.change(set -> set.replaced(name, filter)));
  }

  /** Removes a filter; what only it wanted is not received any more. Blocks: yes, shortly. */
  public void removeFilter(String name) {
    waits.<Void>await(
        "filter " + name, "removeFilterAsync()", inbox.change(set -> set.without(name)));
  }

  /** As {@link #removeFilter}. Blocks: no. */
  public CompletionStage<Void> removeFilterAsync(String name) {
    return waits.later("filter " + name, inbox.change(set -> set.without(name)));
  }

  // ---- receiving

  /**
   * The next frame. Blocks: up to that time.
   *
   * @return nothing when the time is over
   * @throws MidplaneException CLOSED if the port was closed and all frames are taken; CANCELLED if
   *     the thread was interrupted
   */
  public Optional<Frame> receive(Duration timeout) {
    waits.check("receive", "receiveAsync()");
    long nanos = Waits.nanos(timeout);
    return Waits.interruptibly("receive", () -> reception.frame(nanos));
  }

  /** As {@link #receive}. Blocks: no; cancelling it takes no frame. */
  public CompletionStage<Optional<Frame>> receiveAsync(Duration timeout) {
    long nanos = Waits.nanos(timeout);
    return waits.onVirtualThread("receive", () -> reception.frame(nanos));
  }

  /** The frames that came next, together. Blocks and throws as {@link #receive}. */
  public Optional<FrameBatch> receiveBatch(Duration timeout) {
    waits.check("receiveBatch", "receiveBatchAsync()");
    long nanos = Waits.nanos(timeout);
    return Waits.interruptibly("receiveBatch", () -> reception.batch(nanos));
  }

  /** As {@link #receiveBatch}. Blocks: no. */
  public CompletionStage<Optional<FrameBatch>> receiveBatchAsync(Duration timeout) {
    long nanos = Waits.nanos(timeout);
    return waits.onVirtualThread("receiveBatch", () -> reception.batch(nanos));
  }

  /**
   * The frames as they come, until none comes for that time or the port is closed. Its {@code
   * hasNext} blocks.
   */
  public Iterable<Frame> frames(Duration timeout) {
    return reception.frames(Waits.nanos(timeout));
  }

  /** Whether a frame can be received without waiting. Blocks: no. */
  public boolean isReadable() {
    return !inbox.queue().isEmpty();
  }

  /**
   * Waits until one of the ports can be read, or is closed. Blocks: up to that time.
   *
   * @return those that can
   */
  public static List<PacketPort> select(Collection<PacketPort> ports, Duration timeout) {
    ports.forEach(port -> port.waits.check("select", "receiveAsync()"));
    long nanos = Waits.nanos(timeout);
    return Waits.interruptibly(
        "select",
        () ->
            Readiness.await(
                ports, port -> port.readiness, port -> port.isReadable() || !port.isOpen(), nanos));
  }

  // ---- readers of their own

  /**
   * Calls back for frames that a program wants, a batch at a time, on a virtual thread. Blocks:
   * yes, shortly.
   */
  public FrameSubscription subscribe(BpfProgram filter, Consumer<? super FrameBatch> callback) {
    return waits.await(
        "subscribe", "subscribeAsync()", subscriptions.callingBack(filter, callback));
  }

  /** As {@link #subscribe(BpfProgram, Consumer)}. Blocks: no. */
  public CompletionStage<FrameSubscription> subscribeAsync(
      BpfProgram filter, Consumer<? super FrameBatch> callback) {
    return waits.later("subscribe", subscriptions.callingBack(filter, callback));
  }

  /**
   * Hands frames over on the link's own thread, with credits: for code that passes them on and
   * never blocks. Blocks: no; completes on the link's thread.
   */
  public CompletableFuture<FrameSubscription> subscribe(
      BpfProgram filter, CaptureSettings settings, CaptureSink sink) {
    return subscriptions.to(sink, filter, settings);
  }

  /**
   * Hands over the frames of one interface of a port that is open on {@code any}, also if the
   * interface comes later or anew: all such readers share one ring, that of the port's options, and
   * each has credits, batches and counters of its own. A slow one loses frames and holds up nobody.
   * What the ring loses is counted by {@link #statistics}. Blocks: no; completes on the link's
   * thread.
   *
   * @param settings only credits and batch frames matter; batches are fresh ones
   */
  public CompletableFuture<FrameSubscription> subscribe(
      String interfaceName, BpfProgram filter, CaptureSettings settings, CaptureSink sink) {
    return subscriptions.to(sink, interfaceName, filter, settings);
  }

  // ---- sending

  /** Sends a frame, with its tag if it has one apart. Blocks: no. */
  public SendResult send(Frame frame) {
    return send(frame.wire());
  }

  /** Sends a frame of these bytes. Blocks: no. */
  public SendResult send(byte[] bytes) {
    return link.send(bytes, 0, bytes.length, addresses.only());
  }

  /** Sends all frames of a batch; one that fails does not stop the others. Blocks: no. */
  public List<SendResult> send(FrameBatch batch) {
    var results = new SendResult[batch.size()];
    send(batch, results);
    return List.of(results);
  }

  /**
   * The same without allocating anything.
   *
   * @param results gets the result of each frame, from index 0 on
   */
  public void send(FrameBatch batch, SendResult[] results) {
    link.send(batch, addresses.only(), results);
  }

  /**
   * Sends a frame out of several ports of the switch, once each. Blocks: no.
   *
   * @return the results in the order of the ports
   * @throws MidplaneException NOT_FOUND if one of the ports is unknown; nothing was sent then
   */
  public List<SendResult> sendTo(Frame frame, List<SlotPort> ports) {
    List<PortAddress> targets = addresses.ofAll(ports);
    byte[] bytes = frame.wire();
    return targets.stream()
        .map(target -> link.send(bytes, 0, bytes.length, target.ifindex()))
        .toList();
  }

  /**
   * Sends a frame out of an interface of a port that is open on {@code any}. Blocks: no.
   *
   * @param target as frames carry it; {@link PortAddress#ifindex} is what counts
   */
  public SendResult sendTo(Frame frame, PortAddress target) {
    byte[] bytes = frame.wire();
    return link.send(bytes, 0, bytes.length, target.ifindex());
  }

  /**
   * Sends a question and waits for the frame that answers it, whatever the filters. Blocks: up to
   * that time.
   *
   * @param matcher knows the answer; runs on a virtual thread
   * @throws MidplaneException TIMED_OUT; IO_FAILED or BUSY if the question could not be sent
   */
  public Frame exchange(Frame question, Predicate<? super Frame> matcher, Duration timeout) {
    waits.check("exchange", "exchangeAsync()");
    return waits.await("exchange", "exchangeAsync()", ask(question, matcher, timeout));
  }

  /** As {@link #exchange}. Blocks: no. */
  public CompletionStage<Frame> exchangeAsync(
      Frame question, Predicate<? super Frame> matcher, Duration timeout) {
    return waits.later("exchange", ask(question, matcher, timeout));
  }

  private CompletableFuture<Frame> ask(
      Frame question, Predicate<? super Frame> matcher, Duration timeout) {
    String name = link.address().interfaceName();
    return exchanges.start(name, () -> send(question), matcher, timeout);
  }

  int openExchanges() {
    return exchanges.size();
  }

  // ---- groups

  /** Receives frames for that group; undone by {@link #leave}, or at the end. Blocks: no. */
  public void join(MacAddress group) {
    link.join(group);
  }

  /** Receives them no more. Blocks: no. */
  public void leave(MacAddress group) {
    link.leave(group);
  }

  /** Receives frames for other stations, or no more. Each {@code true} wants one {@code false}. */
  public void promiscuous(boolean on) {
    link.promiscuous(on);
  }

  // ---- counters and the end

  /** What all readers of the port received together, and lost. Blocks: yes, shortly. */
  public CaptureStatistics statistics() {
    return waits.await("statistics", "statisticsAsync()", captures.statistics());
  }

  /** As {@link #statistics}. Blocks: no. */
  public CompletionStage<CaptureStatistics> statisticsAsync() {
    return waits.later("statistics", captures.statistics());
  }

  /**
   * Ends it: once this has returned no frame is handed over, and nothing of the port is left. What
   * was received can still be taken. Again is harmless. Blocks: yes, some milliseconds.
   */
  @Override
  public void close() {
    waits.<Void>await("close", "closeAsync()", end());
  }

  /** As {@link #close}. Blocks: no. */
  public CompletionStage<Void> closeAsync() {
    return waits.later("close", end());
  }

  CompletableFuture<Void> end() {
    String name = link.address().interfaceName();
    link.close()
        .whenComplete((done, failure) -> {
          inbox.close();
          exchanges.close(name);
          if (closed.complete(null)) {
            options.listener().closed();
            readiness.changed();
          }
        });
    return closed;
  }

  /** Names the interface. */
  @Override
  public String toString() {
    return "PacketPort(" + link.address() + ")";
  }
}
