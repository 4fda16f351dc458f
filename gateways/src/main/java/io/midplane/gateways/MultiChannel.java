package io.midplane.gateways;

import io.midplane.calls.BlockingGate;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Operation;
import io.midplane.gateways.worker.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Channels of many gateways that are used as one, in their order. Thread-safe. */
public final class MultiChannel implements Iterable<Channel> {
  private final List<Channel> channels;
  private final BlockingGate gate;
  private @Nullable ReceiveQueue queue;

  private MultiChannel(List<Channel> channels, BlockingGate gate) {
    this.channels = List.copyOf(channels);
    this.gate = gate;
  }

  static MultiChannel of(List<Channel> channels, BlockingGate gate) {
    return new MultiChannel(channels, gate);
  }

  /** How many channels. */
  public int size() {
    return channels.size();
  }

  /** The channel at a place, from 0. */
  public Channel get(int index) {
    return channels.get(index);
  }

  /** Whether it is one of these. */
  public boolean contains(Channel channel) {
    return channels.contains(channel);
  }

  @Override
  public Iterator<Channel> iterator() {
    return channels.iterator();
  }

  /** Sends the same item on each. Blocks: as {@link Channel#send} does. */
  public void sendEach(@Nullable Object item) {
    channels.forEach(each -> each.send(item));
  }

  /** The next item of each, in their order. Blocks: until each has one. */
  public List<@Nullable Object> receiveEach() {
    List<@Nullable Object> items = new ArrayList<>();
    channels.forEach(each -> items.add(each.receive()));
    return items;
  }

  /** The next item of each with where it comes from. Blocks: until each has one. */
  public List<Received> receiveEachWithChannel() {
    return channels.stream().map(each -> new Received(each, each.receive())).toList();
  }

  /**
   * One queue for what comes on all of them, in the order in which it comes; nobody can receive on
   * them otherwise any more. The end of each is an entry as well, its {@link Received#item()} this
   * marker. The second call returns the same queue.
   */
  public ReceiveQueue makeReceiveQueue(@Nullable Object endMarker) {
    synchronized (this) {
      if (queue != null) {
        return queue;
      }
      queue = new ReceiveQueue(gate);
    }
    ReceiveQueue made = queue;
    for (Channel each : channels) {
      each.setCallback(
          item -> made.put(new Received(each, item)),
          () -> made.put(new Received(each, endMarker)));
    }
    return made;
  }

  /**
   * Waits until all are closed by the other side. Blocks: yes.
   *
   * @throws MidplaneException the first error of them, once all are closed
   */
  public void waitClose() {
    MidplaneException first = null;
    for (Channel each : channels) {
      try {
        each.waitClose();
      } catch (MidplaneException error) {
        first = first == null ? error : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /**
   * An item and where it comes from.
   *
   * @param channel the channel
   * @param item what came, or the end marker
   */
  public record Received(Channel channel, @Nullable Object item) {}

  /** What comes on many channels, one behind the other. */
  public static final class ReceiveQueue {
    private final LinkedBlockingQueue<Received> entries = new LinkedBlockingQueue<>();
    private final BlockingGate gate;

    private ReceiveQueue(BlockingGate gate) {
      this.gate = gate;
    }

    private void put(Received entry) {
      entries.add(entry);
    }

    /** The next entry. Blocks: so long at most. Null if none came. */
    public @Nullable Received poll(Duration timeout) {
      gate.checkMayBlock(new Operation("poll", "setCallback() of each channel"));
      try {
        return entries.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new MidplaneException(ErrorCode.CANCELLED, "poll: interrupted", interrupted);
      }
    }
  }
}
