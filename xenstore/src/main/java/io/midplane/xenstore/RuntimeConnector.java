package io.midplane.xenstore;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.ExtensionHost;
import io.midplane.calls.MidplaneException;
import java.util.ServiceLoader;

/**
 * Connects inside a runtime, where the connection is an actor. The core knows no actors: what does
 * is found as a service.
 */
public interface RuntimeConnector {

  /** Whether it knows that kind of runtime. */
  boolean knows(ExtensionHost<?> runtime);

  /** Connects to where the environment says. Blocks: yes, shortly. */
  XenStore connect(ExtensionHost<?> runtime);

  /** Connects with the connector that knows the runtime, to where the environment says. */
  static XenStore open(ExtensionHost<?> runtime) {
    for (RuntimeConnector connector : ServiceLoader.load(RuntimeConnector.class)) {
      if (connector.knows(runtime)) {
        return connector.connect(runtime);
      }
    }
    throw new MidplaneException(
        ErrorCode.UNSUPPORTED,
        "no connector for the runtime " + runtime + "; is midplane-actors on the class path?");
  }
}
