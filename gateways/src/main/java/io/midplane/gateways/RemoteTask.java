package io.midplane.gateways;

import io.midplane.gateways.worker.Channel;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A static method that a Java worker can run: {@code Tasks::count}, with the channel first. It is
 * serializable so that its name can be read from it; it is never serialized.
 */
@FunctionalInterface
public interface RemoteTask extends Serializable {

  /** Runs at the far end. */
  void run(Channel channel) throws Exception;

  /** One with an argument. */
  @FunctionalInterface
  interface With1<A extends @Nullable Object> extends Serializable {

    /** Runs at the far end. */
    void run(Channel channel, A argument) throws Exception;
  }

  /** One with two arguments. */
  @FunctionalInterface
  interface With2<A extends @Nullable Object, B extends @Nullable Object> extends Serializable {

    /** Runs at the far end. */
    void run(Channel channel, A first, B second) throws Exception;
  }

  /** One with three arguments. */
  @FunctionalInterface
  interface With3<
          A extends @Nullable Object, B extends @Nullable Object, C extends @Nullable Object>
      extends Serializable {

    /** Runs at the far end. */
    void run(Channel channel, A first, B second, C third) throws Exception;
  }
}
