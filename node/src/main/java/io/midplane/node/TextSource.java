package io.midplane.node;

import io.midplane.protocol.northbound.v1.Items;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A text that is sent in pieces. */
final class TextSource implements ItemSource {
  private static final int CHARACTERS_A_PIECE = 16 << 10;

  private final CompletableFuture<Iterator<Items>> pieces;

  TextSource(CompletionStage<List<String>> lines) {
    pieces = Mapped.of(lines, text -> pieces(text).iterator());
  }

  @Override
  public CompletionStage<Batch> next(int max) {
    return pieces.thenApply(left -> {
      boolean any = left.hasNext();
      List<Items> piece = any ? List.of(left.next()) : List.of();
      return new Batch(piece, piece.size(), !left.hasNext());
    });
  }

  /** Whole lines, and of a line that is longer than a piece its parts. */
  private static List<Items> pieces(List<String> lines) {
    List<Items> pieces = new ArrayList<>();
    StringBuilder piece = new StringBuilder();
    for (String line : lines) {
      piece.append(line).append('\n');
      while (piece.length() >= CHARACTERS_A_PIECE) {
        int end = CHARACTERS_A_PIECE;
        if (Character.isHighSurrogate(piece.charAt(end - 1))) {
          end--;
        }
        pieces.add(Items.newBuilder().setText(piece.substring(0, end)).build());
        piece.delete(0, end);
      }
    }
    if (!piece.isEmpty()) {
      pieces.add(Items.newBuilder().setText(piece.toString()).build());
    }
    return pieces;
  }

  @Override
  public void close() {
    pieces.cancel(false);
  }
}
