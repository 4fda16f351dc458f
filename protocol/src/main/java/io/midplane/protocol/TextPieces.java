package io.midplane.protocol;

import io.midplane.protocol.northbound.v1.Items;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A long text, piece by piece. */
final class TextPieces extends ItemStream<String> {

  TextPieces(Caller caller, Exchange exchange) {
    super(caller, exchange, false);
  }

  /** The whole text that is left. Blocks: yes. */
  String text() {
    var text = new StringBuilder();
    forEach(text::append);
    return text.toString();
  }

  @Override
  @Nullable List<String> items(Items message) {
    return message.hasText() ? List.of(message.getText()) : null;
  }
}
