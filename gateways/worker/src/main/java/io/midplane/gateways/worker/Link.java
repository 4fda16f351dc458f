package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Frame;
import io.midplane.gateways.wire.FrameCode;
import io.midplane.gateways.wire.FrameWriter;
import io.midplane.gateways.wire.StringCoercion;
import io.midplane.gateways.wire.Tuple;
import io.midplane.gateways.wire.ValueCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One end of a gateway behind the greeting: the channels over one stream each way. Either end is
 * this. The thread that calls {@link #read} serves it and runs nobody else's code: callbacks run on
 * the executor, one after the other for each channel.
 */
public final class Link {
  /** A wait that is over sooner is not worth a frame. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private final String name;
  private final LinkSettings settings;
  private final LinkListener listener;
  private final Executor executor;
  private final Waits waits;
  private final FrameWriter writer;
  private final ValueCodec codec;
  private final Map<Integer, ChannelCore> channels = new ConcurrentHashMap<>();
  private final AtomicInteger nextId;
  private final @Nullable WaitWatch watch;
  private final Heartbeat heartbeat;

  /** Of channels made from now on. What no task gets to see is always text. */
  private volatile StringCoercion strings = StringCoercion.ofChannels();

  private volatile @Nullable LinkEnd end;

  /**
   * An end over a stream that nobody else writes to.
   *
   * @param name for traces and messages
   * @param executor runs callbacks
   * @param waits is asked before somebody waits
   */
  public Link(
      String name,
      Side side,
      OutputStream out,
      LinkSettings settings,
      LinkListener listener,
      Executor executor,
      Waits waits) {
    this(name, side, out, settings, listener, executor, waits, PATIENCE);
  }

  /** The same that asks the other end about waits that last so long. */
  Link(
      String name,
      Side side,
      OutputStream out,
      LinkSettings settings,
      LinkListener listener,
      Executor executor,
      Waits waits,
      Duration patience) {
    this.name = name;
    this.settings = settings;
    this.listener = listener;
    this.executor = executor;
    this.waits = waits;
    this.writer = new FrameWriter(out);
    this.heartbeat = new Heartbeat(this, writer, side == Side.WORKER);
    this.codec = new ValueCodec(settings.limits());
    this.nextId = new AtomicInteger(side.firstId());
    this.watch =
        side == Side.COORDINATOR && settings.credits()
            ? new WaitWatch(patience, this, channels.values())
            : null;
  }

  /** A name for messages. */
  public String name() {
    return name;
  }

  /**
   * A fresh channel.
   *
   * @throws MidplaneException CLOSED if the link ended
   */
  public Channel newChannel() {
    requireLive();
    return core(nextId.getAndAdd(2)).made();
  }

  /** The channel of an id, made if there is none. */
  public Channel channel(int id) {
    return core(id).handle();
  }

  /** How many channels there are. */
  public int channelCount() {
    return channels.size();
  }

  /** How it ended; null while it lives. */
  public @Nullable LinkEnd ended() {
    return end;
  }

  /**
   * Has the other side run code, on a fresh channel. Blocks: as the stream does.
   *
   * @throws io.midplane.gateways.wire.DumpException if the request has no form on the wire; no
   *     channel is left then
   */
  public Channel execute(Tuple request) {
    return execute(newChannel(), request);
  }

  /** The same where strings are text whatever is set, for what a user does not see. */
  public Channel executeOwn(Tuple request) {
    Channel channel = newOwnChannel();
    var unused = execute(channel, request);
    if (!strings.equals(StringCoercion.ofChannels())) {
      sendReconfigure(channel.id(), StringCoercion.ofChannels());
    }
    return channel;
  }

  /** A fresh channel where strings are text at this side. */
  public Channel newOwnChannel() {
    Channel channel = newChannel();
    channel.core().setStrings(StringCoercion.ofChannels());
    return channel;
  }

  private Channel execute(Channel channel, Tuple request) {
    try {
      send(FrameCode.CHANNEL_EXEC, channel.id(), codec.encode(request));
    } catch (MidplaneException gone) {
      discard(channel);
      throw gone;
    }
    return channel;
  }

  /** Gives up a channel that the other side was never told of. */
  public void discard(Channel channel) {
    forget(channel.id(), channel.core());
  }

  /** Asks the other side for its state; comes as an item of the channel, then its close. */
  public Channel requestStatus() {
    Channel channel = newOwnChannel();
    send(FrameCode.STATUS, channel.id(), new byte[0]);
    return channel;
  }

  /** Asks the other side for what tasks print from now on, where both ends are Midplane's. */
  public void requestOutput() {
    send(FrameCode.OUTPUT, 0, new byte[0]);
  }

  void sendOutput(String line) {
    send(FrameCode.OUTPUT, 0, codec.encode(line));
  }

  /** What channels made later, at either side, do with strings. */
  public void reconfigure(StringCoercion other) {
    strings = other;
    sendReconfigure(0, other);
  }

  /**
   * From now on finds out that the other side is silent, where both ends are Midplane's.
   *
   * @param both whether the other side is to find out the same of this one
   * @param carrier the link that this one's bytes are items of; null if they have their own way
   */
  public void watchOver(boolean both, @Nullable Link carrier) {
    if (settings.credits()) {
      heartbeat.begin(settings.heartbeat(), settings.silence(), both, carrier);
      if (both) {
        heartbeat.ask(); // at once: the connection may be cut before there is another reason to
      }
    }
  }

  /** Whether something is on its way for longer than a moment, in either direction. */
  boolean isBusy() {
    return heartbeat.isBusy();
  }

  /** Asks the other side to end. */
  public void terminate() {
    send(FrameCode.GATEWAY_TERMINATE, 0, new byte[0]);
  }

  /**
   * Takes frames until the stream ends or breaks, or the other side asks for the end; everybody who
   * waits knows then. Blocks: yes, the thread serves this link.
   */
  public LinkEnd read(InputStream in) {
    boolean terminated = false;
    MidplaneException failure = null;
    try {
      terminated = new LinkReader(this, writer, heartbeat).read(in);
    } catch (MidplaneException broken) {
      failure = broken;
    } catch (IOException broken) {
      failure =
          new MidplaneException(ErrorCode.UNREACHABLE, name + ": " + broken.getMessage(), broken);
    }
    if (failure != null) {
      trace(LinkReader.MARK + "protocol error: " + failure.getMessage());
    } else if (!terminated) {
      trace(LinkReader.MARK + "EOF without prior gateway termination message");
    }
    return end(new LinkEnd(terminated, failure));
  }

  /** Ends it from here, with what all who wait are to know; the first end stays. */
  public LinkEnd end(LinkEnd how) {
    heartbeat.end();
    return endOnce(how);
  }

  private synchronized LinkEnd endOnce(LinkEnd how) {
    if (end != null) {
      return end;
    }
    end = how;
    channels.values().forEach(ChannelCore::linkEnded);
    return how;
  }

  /** The other side said what channels do with strings: one, or all made later. */
  void takeReconfigure(@Nullable ChannelCore core, int id, @Nullable Object wanted) {
    StringCoercion coercion = StringCoercion.of(wanted);
    if (id == 0) {
      strings = coercion;
    } else if (core != null) {
      core.setStrings(coercion);
    }
  }

  /** The channel of an id; null if there is none. */
  @Nullable ChannelCore known(int id) {
    return channels.get(id);
  }

  @Nullable Object decode(Frame frame, StringCoercion coercion) {
    return codec.decode(frame.payload(), coercion, this::channel);
  }

  private ChannelCore core(int id) {
    ChannelCore core = channels.computeIfAbsent(id, fresh -> new ChannelCore(this, fresh, strings));
    if (end != null) {
      core.linkEnded();
    }
    return core;
  }

  /** Waits until what was sent is written, so long at most. Blocks: yes. */
  public boolean awaitWritten(Duration timeout) throws InterruptedException {
    return writer.awaitWritten(timeout);
  }

  /** How a wait of somebody on a channel of an ended link is answered; null while it lives. */
  @Nullable MidplaneException endAsError() {
    LinkEnd how = end;
    if (how == null) {
      return null;
    }
    MidplaneException failure = how.failure();
    return failure != null ? failure : new EndOfChannelException(name + ": the connection ended");
  }

  void send(FrameCode code, int id, byte[] payload) {
    Frame frame = new Frame(code, id, payload);
    if (listener.traces()) {
      trace("sent " + frame);
    }
    try {
      writer.write(frame);
    } catch (IOException broken) {
      throw new MidplaneException(
          ErrorCode.UNREACHABLE, "cannot send (already closed?): " + broken.getMessage(), broken);
    }
  }

  void sendClose(int id, @Nullable String error) {
    trace(id + " sent channel close message");
    if (error == null) {
      send(FrameCode.CHANNEL_CLOSE, id, new byte[0]);
    } else {
      send(FrameCode.CHANNEL_CLOSE_ERROR, id, codec.encode(error));
    }
  }

  /** Says so on a thread of its own: who calls holds a channel's guard. */
  void tell(int id, WaitNotice notice) {
    executor.execute(() -> tryToSend(FrameCode.CHANNEL_WAIT, id, notice.payload()));
  }

  /** Sends what is of no use to a link that ended. */
  void tryToSend(FrameCode code, int id, byte[] payload) {
    try {
      send(code, id, payload);
    } catch (MidplaneException gone) {
      trace("cannot send " + code + " on " + id + ": " + gone.getMessage());
    }
  }

  void sendReconfigure(int id, StringCoercion other) {
    send(FrameCode.RECONFIGURE, id, codec.encode(other.asValue()));
  }

  byte[] encode(@Nullable Object value) {
    return codec.encode(value);
  }

  void forget(int id, ChannelCore core) {
    channels.remove(id, core);
  }

  void trace(String line) {
    if (listener.traces()) {
      listener.trace(name + " " + line);
    }
  }

  LinkSettings settings() {
    return settings;
  }

  Executor executor() {
    return executor;
  }

  Waits waits() {
    return waits;
  }

  /** Looks at waits, where this end asks the other about them; else null. */
  @Nullable WaitWatch watch() {
    return watch;
  }

  LinkListener listener() {
    return listener;
  }

  private void requireLive() {
    LinkEnd how = end;
    if (how != null) {
      String why =
          how.failure() instanceof MidplaneException broken ? broken.getMessage() : "ended";
      throw new MidplaneException(ErrorCode.CLOSED, name + ": connection already closed: " + why);
    }
  }
}
