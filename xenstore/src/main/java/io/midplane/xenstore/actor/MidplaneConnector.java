package io.midplane.xenstore.actor;

import io.midplane.actors.Midplane;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.ExtensionHost;
import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.RuntimeConnector;
import io.midplane.xenstore.XenStore;

/** Makes {@link XenStore#of} work for a {@link Midplane}. Found as a service. */
public final class MidplaneConnector implements RuntimeConnector {

  /** For the service loader. */
  public MidplaneConnector() {}

  @Override
  public boolean knows(ExtensionHost<?> runtime) {
    return runtime instanceof Midplane;
  }

  @Override
  public XenStore connect(ExtensionHost<?> runtime) {
    if (runtime instanceof Midplane midplane) {
      return XenStoreActors.of(midplane).store();
    }
    throw new MidplaneException(
        ErrorCode.INVALID_ARGUMENT, "runtime: " + runtime + " (expected: a Midplane)");
  }
}
