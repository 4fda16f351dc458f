package io.midplane.actors;

import java.util.List;

/**
 * The codecs that a subsystem or an application offers, found by {@link java.util.ServiceLoader}:
 * name the implementing class, which has a public constructor without parameters, in {@code
 * META-INF/services/io.midplane.actors.WireCodecs}.
 */
public interface WireCodecs {

  /** The codecs, one a class of messages. */
  List<WireCodec<?>> codecs();
}
