package io.midplane.actors;

import io.midplane.actors.ServiceProtocol.Answered;
import io.midplane.actors.ServiceProtocol.Refused;
import io.midplane.actors.ServiceProtocol.Request;
import io.midplane.protocol.FailureCodec;
import io.midplane.protocol.Row;
import io.midplane.protocol.ValueCodec;
import io.midplane.protocol.actors.v1.ServiceAnswered;
import io.midplane.protocol.actors.v1.ServiceRefused;
import io.midplane.protocol.actors.v1.ServiceRequest;
import java.util.List;

/** The codecs of rows, events and the messages of services. */
public final class RuntimeCodecs implements WireCodecs {

  /** For {@link java.util.ServiceLoader}. */
  public RuntimeCodecs() {}

  @Override
  public List<WireCodec<?>> codecs() {
    return List.of(row(), event(), request(), answered(), refused());
  }

  private static WireCodec<Row> row() {
    return new WireCodec<>(
        Row.class,
        "row",
        1,
        (row, context) -> ValueCodec.toProto(row),
        (version, data, context) ->
            ValueCodec.fromProto(io.midplane.protocol.value.v1.Row.parseFrom(data)));
  }

  private static WireCodec<Event> event() {
    return new WireCodec<>(
        Event.class,
        "event",
        1,
        (event, context) ->
            io.midplane.protocol.northbound.v1.Event.newBuilder()
                .setId(event.id().toString())
                .setData(ValueCodec.toProto(event.data()))
                .setPublisher(event.publisher())
                .setSequence(event.sequence())
                .setTimeMicros(ValueCodec.micros(event.time()))
                .build(),
        (version, data, context) -> {
          var message = io.midplane.protocol.northbound.v1.Event.parseFrom(data);
          return new Event(
              EventId.parse(message.getId()),
              ValueCodec.fromProto(message.getData()),
              message.getPublisher(),
              message.getSequence(),
              ValueCodec.instant(message.getTimeMicros()));
        });
  }

  private static WireCodec<Request<?, ?>> request() {
    return new WireCodec<>(
        Request.class,
        "service-request",
        1,
        (request, context) ->
            ServiceRequest.newBuilder()
                .setQuestion(context.write(request.question()))
                .setReplyTo(context.write(request.replyTo()))
                .build(),
        (version, data, context) -> {
          var message = ServiceRequest.parseFrom(data);
          return new Request<>(
              context.read(message.getQuestion()), context.readActor(message.getReplyTo()));
        });
  }

  private static WireCodec<Answered<?>> answered() {
    return new WireCodec<>(
        Answered.class,
        "service-answered",
        1,
        (reply, context) ->
            ServiceAnswered.newBuilder().setAnswer(context.write(reply.answer())).build(),
        (version, data, context) ->
            new Answered<>(context.read(ServiceAnswered.parseFrom(data).getAnswer())));
  }

  private static WireCodec<Refused<?>> refused() {
    return new WireCodec<>(
        Refused.class,
        "service-refused",
        1,
        (reply, context) ->
            ServiceRefused.newBuilder().setReason(FailureCodec.toProto(reply.reason())).build(),
        (version, data, context) ->
            new Refused<>(FailureCodec.fromProto(ServiceRefused.parseFrom(data).getReason())));
  }
}
