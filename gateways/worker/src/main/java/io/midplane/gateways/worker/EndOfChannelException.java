package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/** Nothing more will come on a channel: the other side closed it, or its half of it, in order. */
public final class EndOfChannelException extends MidplaneException {
  private static final long serialVersionUID = 1L;

  /** What a wait for more on a channel is answered with. */
  public static EndOfChannelException of(Channel channel) {
    return new EndOfChannelException("nothing more will come on " + channel);
  }

  EndOfChannelException(String message) {
    super(ErrorCode.CLOSED, message);
  }
}
