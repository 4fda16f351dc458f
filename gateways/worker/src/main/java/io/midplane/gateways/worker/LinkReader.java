package io.midplane.gateways.worker;

import io.midplane.gateways.wire.Frame;
import io.midplane.gateways.wire.FrameCode;
import io.midplane.gateways.wire.FrameDecoder;
import io.midplane.gateways.wire.FrameWriter;
import io.midplane.gateways.wire.StringCoercion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Takes what comes over a link to the channels, on the thread that serves the link. */
final class LinkReader {
  /** How execnet marks what its receiver traces. */
  static final String MARK = "[receiver-thread] ";

  private static final int CHUNK = 1 << 16;

  private final Link link;
  private final LinkListener listener;
  private final FrameWriter writer;
  private final Heartbeat heartbeat;

  /** Where items arrived that are not delivered. */
  private @Nullable ChannelCore undelivered;

  LinkReader(Link link, FrameWriter writer, Heartbeat heartbeat) {
    this.link = link;
    this.listener = link.listener();
    this.writer = writer;
    this.heartbeat = heartbeat;
  }

  /**
   * Takes frames until the stream ends or the other side asks for the end.
   *
   * @return whether it asked
   */
  boolean read(InputStream in) throws IOException {
    LinkSettings settings = link.settings();
    FrameDecoder decoder = new FrameDecoder(settings.limits().maxBytes(), settings.credits());
    try {
      return read(in, decoder);
    } finally {
      deliver();
    }
  }

  private boolean read(InputStream in, FrameDecoder decoder) throws IOException {
    byte[] chunk = new byte[CHUNK];
    while (true) {
      int count = heartbeat.read(in, chunk, !decoder.isBetweenFrames());
      if (count < 0) {
        break;
      }
      ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, count);
      for (Frame frame = decoder.next(bytes); frame != null; frame = decoder.next(bytes)) {
        if (listener.traces()) {
          link.trace(MARK + "received " + frame);
        }
        if (frame.code() == FrameCode.GATEWAY_TERMINATE) {
          return true;
        }
        writer.heard();
        take(frame);
      }
      deliver();
    }
    if (!decoder.isBetweenFrames()) {
      throw decoder.truncated();
    }
    return false;
  }

  @SuppressWarnings("ReferenceEquality") // a core is itself
  private void arrived(ChannelCore core, @Nullable Object item, int bytes) {
    if (undelivered != core) {
      deliver();
      undelivered = core;
    }
    if (core.arrived(item, bytes)) {
      deliver();
    }
  }

  private void deliver() {
    ChannelCore core = undelivered;
    if (core != null) {
      undelivered = null;
      core.deliver();
    }
  }

  private void take(Frame frame) {
    if (frame.code() != FrameCode.CHANNEL_DATA) {
      deliver();
    }
    int id = frame.channel();
    ChannelCore core = link.known(id);
    switch (frame.code()) {
      case CHANNEL_DATA -> {
        if (core != null) {
          arrived(core, link.decode(frame, core.strings()), frame.payload().length);
        }
      }
      case CHANNEL_CLOSE -> {
        if (core != null) {
          core.closedByPeer(null);
        }
      }
      case CHANNEL_CLOSE_ERROR ->
          takeError(core, String.valueOf(link.decode(frame, StringCoercion.ofChannels())));
      case CHANNEL_LAST_MESSAGE -> {
        if (core != null) {
          core.halfClosedByPeer();
        }
      }
      case CHANNEL_EXEC -> {
        Channel channel = link.channel(id);
        listener.execute(channel, link.decode(frame, StringCoercion.ofChannels()));
      }
      case STATUS -> answerStatus(id);
      case RECONFIGURE ->
          link.takeReconfigure(core, id, link.decode(frame, StringCoercion.ofChannels()));
      case CHANNEL_CREDIT -> {
        if (core != null && frame.payload().length == Integer.BYTES) {
          core.credit(ByteBuffer.wrap(frame.payload()).getInt());
        }
      }
      case CHANNEL_WAIT -> {
        WaitNotice notice = WaitNotice.of(frame.payload());
        if (core != null) {
          core.waits().hear(notice);
        }
      }
      case OUTPUT -> {
        if (frame.payload().length == 0) {
          listener.outputWanted();
        } else {
          listener.output(String.valueOf(link.decode(frame, StringCoercion.ofChannels())));
        }
      }
      case HEARTBEAT -> heartbeat.hear(frame.payload());
      case GATEWAY_TERMINATE -> throw new IllegalStateException("taken before");
    }
  }

  private void answerStatus(int id) {
    link.send(FrameCode.CHANNEL_DATA, id, link.encode(listener.status()));
    link.send(FrameCode.CHANNEL_CLOSE, id, new byte[0]);
  }

  private void takeError(@Nullable ChannelCore core, String text) {
    if (core != null) {
      core.closedByPeer(text);
    } else if (!text.equals(Tasks.INTERRUPTED)) {
      listener.warn("Warning: unhandled RemoteError: " + text);
    }
  }
}
