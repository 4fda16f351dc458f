package io.midplane.packet.link;

import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.frame.MacAddress;
import io.midplane.packet.frame.PortAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A way to the frames of an interface, or of all interfaces. Thread-safe.
 *
 * <p>Nothing of it outlives it: groups joined and promiscuity end with {@link #close}, or with the
 * process.
 */
public interface Link {
  /** The name that stands for all interfaces. */
  String ANY = "any";

  /** The interface it was opened on; {@link #ANY} with number 0 for all. */
  PortAddress address();

  /** An interface of that name which frames can be sent to; only this one unless it is for all. */
  Optional<PortAddress> find(String interfaceName);

  /** Which interface has that number. */
  PortAddress address(int ifindex);

  /** Whether it carries frames now; a link to all interfaces always does. */
  boolean carriesFrames();

  /** Starts a capture; it is running when the stage completes. Blocks: no. */
  CompletableFuture<Capture> capture(BpfProgram filter, CaptureSettings settings, CaptureSink sink);

  /**
   * Sends a frame. Blocks: no.
   *
   * @param ifindex through which interface; that of this link unless it is for all
   */
  SendResult send(byte[] bytes, int offset, int length, int ifindex);

  /**
   * Sends all frames of a batch; a bad one does not stop the others. Blocks: no.
   *
   * @param results gets a result for each, from index 0 on
   */
  void send(FrameBatch batch, int ifindex, SendResult[] results);

  /** Receives frames for that group from now on. Blocks: no longer than the kernel takes. */
  void join(MacAddress group);

  /** Receives them no more. */
  void leave(MacAddress group);

  /** Receives frames for other stations too, or no more. */
  void promiscuous(boolean on);

  /**
   * Keeps frames that a program wants from everybody but the captures of this link.
   *
   * @param owner whose wish it is; a new program replaces the one before, null withdraws it
   * @throws io.midplane.calls.MidplaneException UNSUPPORTED where it is not Midplane that forwards
   */
  void consume(Object owner, @Nullable BpfProgram program);

  /** Ends its captures and gives everything back; completes when that is done. Blocks: no. */
  CompletionStage<Void> close();
}
