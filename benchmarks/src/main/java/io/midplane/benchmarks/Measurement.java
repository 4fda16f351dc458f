package io.midplane.benchmarks;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * One figure as measured.
 *
 * @param bench the suite
 * @param name the case, or the case and what it measured besides
 * @param ours what it was for us
 * @param peer what it was for the peer, in runs between ours; null if there is no peer
 */
record Measurement(String bench, String name, Unit unit, Series ours, @Nullable Peer peer) {

  /** Whom we are compared with; without series, whom we would be if it were installed. */
  record Peer(String name, @Nullable Series series) {}

  /** What it was for the peer; null without one. */
  @Nullable Series peerSeries() {
    return peer == null ? null : peer.series();
  }

  /** Ours by the peer's, median by median; null without peer, or where the peer's is 0. */
  @Nullable Double ratio() {
    Series theirs = peerSeries();
    return theirs == null || theirs.median() == 0 ? null : ours.median() / theirs.median();
  }

  /** The line that scripts read; its shape is fixed. */
  String toJson() {
    Double ratio = ratio();
    Series theirs = peerSeries();
    return "{\"bench\":\"%s\",\"case\":\"%s\",\"unit\":\"%s\",\"ours\":%s,\"peer\":%s,\"peer_name\":%s,\"ratio\":%s,\"runs\":%d}"
        .formatted(
            bench,
            name,
            unit.word(),
            number(ours.median()),
            theirs == null ? null : number(theirs.median()),
            peer == null ? null : '"' + peer.name() + '"',
            ratio == null ? null : number(ratio),
            ours.runs());
  }

  /** Five digits say more than was measured. */
  static String number(double value) {
    BigDecimal rounded = BigDecimal.valueOf(value).round(new MathContext(5, RoundingMode.HALF_UP));
    return rounded.stripTrailingZeros().toPlainString();
  }
}
