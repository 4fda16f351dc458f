package io.midplane.testkit.xenstore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Transactions: what conflicts, what is seen inside, what events a commit makes. The C daemon
 * checks what it touched against its state at the first touch, the OCaml daemon replays, ours
 * checks against the start.
 */
@Tag("peer")
class TransactionsTest extends XenStoreSpec {
  private static final String AGAIN = "!EAGAIN";
  private static final String OK = "OK|";

  private RawConnection other;
  private String t;

  @BeforeEach
  void begin() {
    other = store.connect();
    expect("WRITE /a|1", OK);
    expect("WRITE /b|1", OK);
    expect("WRITE /d/x|1", OK);
    t = begin(root);
  }

  @AfterEach
  void closeOther() {
    if (other != null) {
      other.close();
    }
  }

  /** Asks inside the transaction. */
  private void inside(String request, String answer, Exception... exceptions) {
    expect(root, request.replaceFirst(" ", "@" + t + " "), answer, exceptions);
  }

  /** Asks on another connection. */
  private void outside(String request) {
    expect(other, request, OK);
  }

  private void commit(String answer, Exception... exceptions) {
    inside("TRANSACTION_END T|", answer, exceptions);
  }

  @Test
  @DisplayName("XS21: T reads A, A is written")
  void shouldConflictWhenSomethingReadIsWritten() {
    inside("READ /a|", "1");
    outside("WRITE /a|2");
    commit(AGAIN, ocaml(OK));
  }

  @Test
  @DisplayName("XS21: T reads A and writes B, A is written")
  void shouldConflictWhenAWriteRestsOnSomethingOld() {
    inside("READ /a|", "1");
    inside("WRITE /b|2", OK);
    outside("WRITE /a|2");
    commit(AGAIN);
    expect("READ /b|", "1");
  }

  @Test
  @DisplayName("XS21: T reads A and writes B, A is written with the value it had")
  void shouldConflictWhenTheSameValueIsWritten() {
    inside("READ /a|", "1");
    inside("WRITE /b|2", OK);
    outside("WRITE /a|1");
    commit(AGAIN, ocaml(OK));
  }

  @Test
  @DisplayName("XS21: T writes A without reading it, A is written")
  void shouldConflictOfTwoWrites() {
    inside("WRITE /a|2", OK);
    outside("WRITE /a|3");
    commit(AGAIN, ocaml(OK));
    expect("READ /a|", "3", ocaml("2"));
  }

  @Test
  @DisplayName("XS21: A is written between start and first touch")
  void shouldValidateAgainstTheStart() {
    outside("WRITE /a|2");
    inside("READ /a|", "2", ocaml("1"), ours("1"));
    commit(OK, ours(AGAIN));
  }

  @Test
  @DisplayName("XS21: T reads B, A is written, T reads A")
  void shouldReadTheStateOfTheStart() {
    inside("READ /b|", "1");
    outside("WRITE /a|2");
    inside("READ /a|", "2", ocaml("1"), ours("1"));
    commit(OK, ours(AGAIN));
  }

  @Test
  @DisplayName("XS21: T makes /d/n, somebody else makes /d/m")
  void shouldConflictOfTwoNewChildren() {
    inside("WRITE /d/n|1", OK);
    outside("WRITE /d/m|1");
    commit(AGAIN, ocaml(OK));
  }

  @Test
  @DisplayName("XS21: T makes a node below /d/x, somebody else below /d/y")
  void shouldNotConflictInDifferentDirectories() {
    expect("WRITE /d/y|1", OK);
    t = begin(root);
    inside("WRITE /d/x/n|1", OK);
    outside("WRITE /d/y/n|1");
    commit(OK);
  }

  @Test
  @DisplayName("XS21: T lists /d, the value of a child changes")
  void shouldNotConflictOfAListAndAValue() {
    inside("DIRECTORY /d|", "x|");
    outside("WRITE /d/x|2");
    commit(OK);
  }

  @Test
  @DisplayName("XS21: T lists /d, a child is added")
  void shouldConflictOfAListAndANewChild() {
    inside("DIRECTORY /d|", "x|");
    outside("WRITE /d/y|2");
    commit(AGAIN, ocaml(OK));
  }

  @Test
  @DisplayName("XS21: T reads a missing node, somebody makes it")
  void shouldConflictWhenWhatWasMissingAppears() {
    inside("READ /none|", "!ENOENT");
    outside("WRITE /none|1");
    commit(AGAIN, ocaml(OK));
  }

  @Test
  @DisplayName("XS21: T sets permissions of A, or removes it, A is written")
  void shouldConflictOfPermissionsAndRemoval() {
    inside("SET_PERMS /a|n0|", OK);
    outside("WRITE /a|2");
    commit(AGAIN, ocaml(OK));

    t = begin(root);
    inside("RM /a|", OK);
    outside("WRITE /a|3");
    commit(AGAIN, ocaml(OK));
  }

  @Test
  @DisplayName("XS21: two transactions that each read what the other writes")
  void shouldLetOnlyOneOfTwoCrossedTransactionsThrough() {
    String t1 = t;
    String t2 = begin(root);
    inside("READ /a|", "1");
    inside("WRITE /b|2", OK);
    t = t2;
    inside("READ /b|", "1");
    inside("WRITE /a|2", OK);

    t = t1;
    commit(OK);
    t = t2;
    commit(AGAIN);
  }

  @Test
  @DisplayName("XS21: two transactions of one connection that do not touch each other")
  void shouldCommitDisjointTransactions() {
    String t1 = t;
    inside("WRITE /a|2", OK);
    t = begin(root);
    inside("WRITE /b|2", OK);
    commit(OK);
    t = t1;
    commit(OK);
    expect("READ /a|", "2");
    expect("READ /b|", "2");
  }

  @Test
  @DisplayName("XS21: an empty transaction, and an aborted one")
  void shouldCommitNothingAndAbort() {
    commit(OK);
    t = begin(root);
    inside("WRITE /a|2", OK);
    outside("WRITE /a|3");
    inside("TRANSACTION_END F|", OK);
    expect("READ /a|", "3");
  }

  @Test
  @DisplayName("XS21: what a transaction did is seen inside it only, until it commits")
  void shouldIsolate() {
    inside("WRITE /a|2", OK);
    inside("WRITE /new/n|1", OK);
    inside("RM /b|", OK);

    inside("READ /a|", "2");
    inside("DIRECTORY /new|", "n|");
    inside("READ /b|", "!ENOENT");
    expect("READ /a|", "1");
    expect("READ /new|", "!ENOENT");
    expect("READ /b|", "1");

    commit(OK);
    expect("READ /new/n|", "1");
    expect("READ /b|", "!ENOENT");
  }

  @Test
  @DisplayName("XS21: the events of a commit come before its reply")
  void shouldFireAtCommit() {
    expect("WATCH /a|t|", OK);
    expect("WATCH /e|t|", OK);
    root.events();
    inside("WRITE /a|2", OK);
    inside("WRITE /a|3", OK);
    inside("WRITE /e/gone|1", OK);
    inside("RM /e/gone|", OK);
    inside("WRITE /e/stays|1", OK);
    expectEvents(root);

    int end = root.send(Request.TRANSACTION_END.code(), Integer.parseInt(t), "T|");

    if (isOcaml()) {
      assertThat(root.awaitEvents(4)).hasSize(4);
    } else {
      assertThat(root.awaitEvents(2)).containsExactlyInAnyOrder("/a|t|", "/e/stays|t|");
    }
    assertThat(root.receive().requestId()).isEqualTo(end);
    expectEvents(root);
  }

  @Test
  @DisplayName("XS21: a commit that failed leaves no event, and its id is gone")
  void shouldLeaveNothingOfAFailedCommit() {
    inside("READ /a|", "1");
    inside("WRITE /b|2", OK);
    outside("WRITE /a|2");
    expect("WATCH /b|t|", OK);
    root.events();

    commit(AGAIN);

    expectEvents(root);
    commit("!ENOENT", ocaml("!EIO"));
  }

  @Test
  @DisplayName("XS21: ids count from 1, and belong to their connection")
  void shouldCountIdsForEachConnection() {
    expect(root, "TRANSACTION_START |", "2|");
    expect(other, "TRANSACTION_START |", "1|");
    expect(other, "READ@2 /a|", "!ENOENT", ocaml("!EIO"));
    expect(other, "TRANSACTION_START@1 |", "!EBUSY");
  }

  @Test
  @DisplayName("XS21: an end that is neither T nor F leaves the transaction open")
  void shouldRefuseAWrongEnd() {
    inside("TRANSACTION_END X|", "!EINVAL");
    inside("WRITE /a|2", OK);
    commit(OK);
  }

  @Test
  @DisplayName("XS21: closing a connection aborts what is open")
  void shouldAbortWhenTheConnectionCloses() {
    String theirs = begin(other);
    expect(other, "WRITE@" + theirs + " /a|2", OK);

    other.close();

    expect("READ /a|", "1");
    inside("WRITE /a|3", OK);
    commit(OK);
  }

  @Test
  @DisplayName("XS21: requests outside go on between those inside")
  void shouldMixRequestsInsideAndOutside() {
    inside("WRITE /new|inside", OK);
    expect("READ /new|", "!ENOENT");
    expect("WRITE /elsewhere|outside", OK);
    inside("READ /new|", "inside");
    commit(here(AGAIN, ocaml(OK)));
  }
}
