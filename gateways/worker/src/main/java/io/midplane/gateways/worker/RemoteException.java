package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/**
 * The other side closed the channel with an error: its code failed, and the message is the
 * traceback it sent, or it called {@code close} with a text.
 */
public final class RemoteException extends MidplaneException {
  private static final long serialVersionUID = 1L;

  /** An error of the other side, in its words. */
  public RemoteException(String text) {
    super(ErrorCode.AGENT_REFUSED, text);
  }
}
