package io.midplane.gateways;

import io.midplane.calls.MidplaneException;

/**
 * One group for a whole program, for scripts that need no more: what execnet's {@code makegateway},
 * {@code default_group} and {@code set_execmodel} are to Python. It is made at the first call and
 * ends with the JVM. A library should take a {@link Group} of its user's.
 */
public final class Gateways {

  /** Made at the first use. */
  private static final class Holder {
    private static final Group GROUP = Group.open();
  }

  private Gateways() {}

  /** The group. Who closes it ends it for the whole program. */
  public static Group defaultGroup() {
    return Holder.GROUP;
  }

  /** A JVM worker. Blocks: until it is there. */
  public static Gateway makeGateway() {
    return defaultGroup().makeGateway();
  }

  /** One of a spec. Blocks and fails as {@link Group#makeGateway(String)}. */
  public static Gateway makeGateway(String spec) {
    return defaultGroup().makeGateway(spec);
  }

  /**
   * Changes the execution model of workers made later.
   *
   * @throws MidplaneException as {@link Group#setExecmodel}
   */
  public static void setExecmodel(String model) {
    defaultGroup().setExecmodel(model);
  }
}
