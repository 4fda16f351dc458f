package io.midplane.packet.actor;

import akka.actor.typed.ActorRef;
import io.midplane.packet.PacketPort;
import io.midplane.packet.actor.PortProtocol.Reply;
import io.midplane.packet.actor.PortProtocol.Sent;
import io.midplane.packet.frame.BatchBuilder;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.link.SendResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Frames that were told one by one and go out in one call. For one actor. */
final class Outbox {
  /** More than this wait for no more company. */
  private static final int FULL = 256;

  private final PacketPort port;
  private final BatchBuilder frames = new BatchBuilder(FULL, FULL * 128);
  private final List<@Nullable ActorRef<Reply>> replies = new ArrayList<>();
  private final SendResult[] results = new SendResult[FULL];

  Outbox(PacketPort port) {
    this.port = port;
  }

  /** True if it is the first, so that a flush has to come. */
  boolean add(Frame frame, @Nullable ActorRef<Reply> replyTo) {
    frames.add(frame);
    replies.add(replyTo);
    if (frames.size() == FULL) {
      flush();
      return false;
    }
    return frames.size() == 1;
  }

  void flush() {
    if (frames.size() == 0) {
      return;
    }
    port.send(frames.view(), results);
    for (int i = 0; i < frames.size(); i++) {
      ActorRef<Reply> replyTo = replies.get(i);
      if (replyTo != null) {
        replyTo.tell(new Sent(results[i]));
      }
    }
    frames.clear();
    replies.clear();
  }
}
