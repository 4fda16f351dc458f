package io.midplane.actors;

import akka.actor.ExtendedActorSystem;
import akka.serialization.SerializerWithStringManifest;
import com.google.protobuf.InvalidProtocolBufferException;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * Writes {@link WireMessage}s for other actor systems, and reads them: each class by its codec, the
 * manifest is {@code name:version}. Made by Akka, by its name in {@code reference.conf}. What it
 * refuses does not cross; Akka logs the error and drops the message.
 */
final class WireSerializer extends SerializerWithStringManifest {

  private static final int IDENTIFIER = 1297106000;

  private final Map<Class<?>, WireCodec<?>> byType = new HashMap<>();
  private final Map<String, WireCodec<?>> byName = new TreeMap<>();
  private final WireContext context;
  private final int maxSize;

  /** The constructor that Akka looks for. */
  WireSerializer(ExtendedActorSystem system) {
    this(system, ServiceLoader.load(WireCodecs.class));
  }

  WireSerializer(ExtendedActorSystem system, Iterable<WireCodecs> offers) {
    this.context = new WireContext(system);
    this.maxSize = Options.read(system.settings().config()).maxMessageBytes();
    for (WireCodecs offer : offers) {
      offer.codecs().forEach(this::add);
    }
  }

  private void add(WireCodec<?> codec) {
    WireCodec<?> sameType = byType.put(codec.type(), codec);
    WireCodec<?> sameName = byName.put(codec.name(), codec);
    if (sameType != null || sameName != null) {
      throw new MidplaneException(
          ErrorCode.ALREADY_EXISTS,
          "codec %s for %s: there is one of that name or for that class already"
              .formatted(codec.manifest(), codec.type().getName()));
    }
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object message) {
    return codecOf(message).manifest();
  }

  @Override
  public byte[] toBinary(Object message) {
    byte[] data = codecOf(message).writer().write(message, context).toByteArray();
    requireSize(codecOf(message).manifest(), data.length);
    return data;
  }

  @Override
  public Object fromBinary(byte[] data, String manifest) {
    requireSize(manifest, data.length);
    int colon = manifest.indexOf(':');
    WireCodec<?> codec = byName.get(manifest.substring(0, Math.max(0, colon)));
    int version = version(manifest.substring(colon + 1));
    if (codec == null || version < 1 || version > codec.version()) {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED,
          "manifest \"%s\": unknown (expected: %s, or an earlier version); the sender is newer or offers codecs that are missing here"
              .formatted(manifest, byName.values().stream().map(WireCodec::manifest).toList()));
    }
    try {
      return codec.reader().read(version, data, context);
    } catch (InvalidProtocolBufferException damaged) {
      throw new MidplaneException(
          ErrorCode.PROTOCOL_VIOLATION,
          "manifest \"%s\": %d bytes that are no such message: %s"
              .formatted(manifest, data.length, damaged.getMessage()),
          damaged);
    }
  }

  @SuppressWarnings("unchecked") // it was found by the message's own class
  private WireCodec<Object> codecOf(Object message) {
    WireCodec<?> codec = byType.get(message.getClass());
    if (codec == null) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "%s: has no codec (expected: one offered by a WireCodecs service)"
              .formatted(message.getClass().getName()));
    }
    return (WireCodec<Object>) codec;
  }

  private static int version(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException notOne) {
      return 0;
    }
  }

  private void requireSize(String manifest, int size) {
    if (size > maxSize) {
      throw new MidplaneException(
          ErrorCode.LIMIT_EXCEEDED,
          "message %s: %d bytes (expected: at most %d, midplane.serialization.max-message-size); send it in parts"
              .formatted(manifest, size, maxSize));
    }
  }
}
