package io.midplane.packet.actor;

import akka.actor.DeadLetterSuppression;
import akka.actor.typed.ActorRef;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.frame.MacAddress;
import io.midplane.packet.frame.PortAddress;
import io.midplane.packet.link.CaptureStatistics;
import io.midplane.packet.link.SendResult;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the actor of a port understands, and what it says. Messages of this JVM.
 *
 * <p>A subscriber gets {@link Opened}, then {@link Frames} or {@link FrameReceived} and what
 * happens to the link, then {@link Closed}; or {@link OpenFailed} alone. Each batch costs a credit
 * until it is done; a subscriber without credits leaves its frames in the kernel's ring, and when
 * that is full {@link Drops} counts what is lost. A subscription ends with its subscriber.
 */
public interface PortProtocol {

  /** What it can be told. */
  sealed interface Command
      permits Subscribe,
          Unsubscribe,
          Refilter,
          Acknowledge,
          Send,
          SendBatch,
          Exchange,
          Join,
          Leave,
          Promiscuous,
          GetStatistics,
          Close,
          PortActor.Internal {}

  /** Starts a subscription, one a subscriber. */
  record Subscribe(BpfProgram filter, Delivery delivery, ActorRef<Event> subscriber)
      implements Command {}

  /** Ends a subscription: {@link Closed} to the subscriber. */
  record Unsubscribe(ActorRef<Event> subscriber) implements Command {}

  /**
   * Replaces a subscription's filter: {@link Done}. When it comes, no frame that only the old one
   * wanted is sent any more.
   */
  record Refilter(ActorRef<Event> subscriber, BpfProgram filter, ActorRef<Reply> replyTo)
      implements Command {}

  /** Gives the credit of a batch back, as {@link Frames#done} does without a message. */
  record Acknowledge(ActorRef<Event> subscriber, long number) implements Command {}

  /**
   * Sends a frame: {@link Sent}. Frames that are told one after the other go out together.
   *
   * @param replyTo null if nobody wants to know
   */
  record Send(Frame frame, @Nullable ActorRef<Reply> replyTo) implements Command {}

  /** Sends all frames of a batch: {@link SentBatch}. */
  record SendBatch(FrameBatch batch, @Nullable ActorRef<Reply> replyTo) implements Command {}

  /** Sends a question: {@link Answered} with the first frame that matches, or {@link Refused}. */
  record Exchange(
      Frame question, Predicate<? super Frame> matcher, Duration timeout, ActorRef<Reply> replyTo)
      implements Command {}

  /** Receives frames for that group: {@link Done}. */
  record Join(MacAddress group, ActorRef<Reply> replyTo) implements Command {}

  /** Receives them no more: {@link Done}. */
  record Leave(MacAddress group, ActorRef<Reply> replyTo) implements Command {}

  /** Receives frames for other stations, or no more: {@link Done}. */
  record Promiscuous(boolean on, ActorRef<Reply> replyTo) implements Command {}

  /** The counters of all subscriptions together: {@link Statistics}. */
  record GetStatistics(ActorRef<Reply> replyTo) implements Command {}

  /** Closes the port: {@link Done} when nothing of it is left. The actor stops. */
  record Close(ActorRef<Reply> replyTo) implements Command {}

  /** What comes back. */
  sealed interface Reply {}

  /** It is done. */
  record Done() implements Reply {}

  /** What became of a frame. */
  record Sent(SendResult result) implements Reply {}

  /** What became of each frame. */
  record SentBatch(List<SendResult> results) implements Reply {}

  /** The answer. */
  record Answered(Frame frame) implements Reply {}

  /** The counters. */
  record Statistics(CaptureStatistics counters) implements Reply {}

  /** It failed. */
  record Refused(MidplaneException reason) implements Reply {}

  /** What a subscriber is told. */
  sealed interface Event extends DeadLetterSuppression {}

  /** Frames are captured from now on: none that is sent later is missed. */
  record Opened(PortAddress address, boolean carriesFrames) implements Event {}

  /** There is no subscription. */
  record OpenFailed(MidplaneException reason) implements Event {}

  /** Frames, in the order they came. */
  final class Frames implements Event {
    private final FrameBatch batch;
    private final long number;
    private final Credit credit;

    Frames(FrameBatch batch, long number, Credit credit) {
      this.batch = batch;
      this.number = number;
      this.credit = credit;
    }

    /** The frames. */
    public FrameBatch batch() {
      return batch;
    }

    /** Number of the batch in its subscription, from 1 up. */
    public long number() {
      return number;
    }

    /** They are dealt with: gives the credit back. A pooled batch must not be touched after it. */
    public void done() {
      credit.giveBack(number);
    }

    @Override
    public String toString() {
      return "Frames(" + batch.size() + ", " + number + ")";
    }
  }

  /** One frame. */
  final class FrameReceived implements Event {
    private final Frame frame;
    private final long number;
    private final Credit credit;

    FrameReceived(Frame frame, long number, Credit credit) {
      this.frame = frame;
      this.number = number;
      this.credit = credit;
    }

    /** The frame, which is the subscriber's to keep. */
    public Frame frame() {
      return frame;
    }

    /** It is dealt with; say so for every frame. */
    public void done() {
      if (number > 0) {
        credit.giveBack(number);
      }
    }

    @Override
    public String toString() {
      return "FrameReceived(" + frame + ")";
    }
  }

  /** Frames of this subscription were lost for want of room; at most once a second. */
  record Drops(long since, long total) implements Event {}

  /** The link carries no frames. */
  record LinkDown(int ifindex) implements Event {}

  /** The link carries frames again. */
  record LinkUp(int ifindex) implements Event {}

  /** The interface was removed. {@link Closed} follows if the port was for it alone. */
  record InterfaceGone(int ifindex) implements Event {}

  /** Nothing comes any more; with the counters of the subscription. */
  record Closed(CaptureStatistics counters) implements Event {}
}
