package io.midplane.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import akka.serialization.Serializers;
import com.google.protobuf.ByteString;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.actors.v1.Payload;

/** What a codec needs of the actor system it works for. Thread-safe; nothing here blocks. */
public final class WireContext {

  private final akka.actor.ExtendedActorSystem system;
  private final ActorRefResolver refs;

  WireContext(akka.actor.ExtendedActorSystem system) {
    this.system = system;
    this.refs = ActorRefResolver.get(Adapter.toTyped(system));
  }

  /** An actor's reference as text that means the same actor elsewhere. */
  public String write(ActorRef<?> actor) {
    return refs.toSerializationFormat(actor);
  }

  /**
   * The actor that such a text means. Its messages are not checked to be of type {@code M}.
   *
   * @throws MidplaneException PROTOCOL_VIOLATION for no text
   */
  public <M> ActorRef<M> readActor(String text) {
    if (text.isEmpty()) {
      throw new MidplaneException(
          ErrorCode.PROTOCOL_VIOLATION, "actor: none (expected: the address of one)");
    }
    return refs.resolveActorRef(text);
  }

  /**
   * Any message that the actor system can write, within another one.
   *
   * @throws MidplaneException INVALID_ARGUMENT if it cannot be written
   */
  public Payload write(Object message) {
    try {
      Serializer serializer = serialization().findSerializerFor(message);
      return Payload.newBuilder()
          .setSerializer(serializer.identifier())
          .setManifest(Serializers.manifestFor(serializer, message))
          .setData(ByteString.copyFrom(serializer.toBinary(message)))
          .build();
    } catch (MidplaneException known) {
      throw known;
    } catch (RuntimeException refused) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "%s: cannot cross to another actor system: %s; make it a WireMessage with a codec"
              .formatted(message.getClass().getName(), refused.getMessage()),
          refused);
    }
  }

  /**
   * The message in a payload.
   *
   * @throws MidplaneException UNSUPPORTED or PROTOCOL_VIOLATION if it cannot be read here
   */
  public Object read(Payload payload) {
    try {
      return serialization()
          .deserialize(
              payload.getData().toByteArray(), payload.getSerializer(), payload.getManifest())
          .get();
    } catch (MidplaneException known) {
      throw known;
    } catch (Exception refused) {
      throw new MidplaneException(
          ErrorCode.PROTOCOL_VIOLATION,
          "payload of serializer %d, manifest \"%s\": cannot be read here: %s"
              .formatted(payload.getSerializer(), payload.getManifest(), refused.getMessage()),
          refused);
    }
  }

  private Serialization serialization() {
    return SerializationExtension.get(system);
  }
}
