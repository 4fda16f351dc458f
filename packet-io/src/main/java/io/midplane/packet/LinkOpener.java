package io.midplane.packet;

import io.midplane.packet.link.Link;
import io.midplane.packet.link.LinkListener;
import java.util.concurrent.CompletableFuture;

/** Opens the link of a port. */
@FunctionalInterface
public interface LinkOpener {

  /** Opens it; its state is told to the listener from then on. Blocks: no. */
  CompletableFuture<? extends Link> open(LinkListener listener);
}
