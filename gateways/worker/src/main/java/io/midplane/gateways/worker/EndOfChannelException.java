package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/** Nothing more will come on a channel: the other side closed it, or its half of it, in order. */
public final class EndOfChannelException extends MidplaneException {
  private static final long serialVersionUID = 1L;

  EndOfChannelException(String message) {
    super(ErrorCode.CLOSED, message);
  }
}
