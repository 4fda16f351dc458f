package io.midplane.testkit.xenstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.testkit.xenstore.XenStoreKind;
import io.midplane.xenstore.RetryPolicy;
import io.midplane.xenstore.Transaction;
import io.midplane.xenstore.TransactionGaveUpException;
import io.midplane.xenstore.XenStore;
import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.XenStoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("XC47: transactions, the same against each server")
class ClientTransactionsTest extends ClientSpec {

  /**
   * Makes the transaction conflict, for every server: it read and writes what changes meanwhile.
   */
  private void conflict(Transaction transaction) {
    String before = transaction.readText("/t", "");
    transaction.write("/t", before + "mine");
    store.write("/t", "theirs" + System.nanoTime());
  }

  @Test
  @DisplayName("XC28: what goes through a transaction belongs to it, all else does not")
  void shouldKeepManyTransactionsApart() {
    for (String folder : List.of("/1", "/2", "/3")) { // siblings would conflict, in the C daemon
      store.mkdir(folder);
    }
    try (Transaction one = store.begin();
        Transaction other = store.begin()) {
      one.write("/1/one", "1");
      other.write("/2/other", "2");
      store.write("/3/outside", "3");

      assertThat(one.readText("/1/one")).isEqualTo("1");
      assertThat(other.exists("/1/one")).isFalse();
      assertThat(store.exists("/1/one")).isFalse();
      assertThat(one.id()).isNotEqualTo(other.id());
      other.abort();
      assertThat(one.commit()).isTrue();
      assertThat(store.readText("/1/one")).isEqualTo("1");
      assertThat(store.exists("/2/other")).isFalse();
    }
  }

  @Test
  @DisplayName("XC29: commit says whether it was done; then the transaction is over")
  void shouldSayWhetherACommitWasDone() {
    store.write("/t", "v");
    Transaction lost = store.begin();
    conflict(lost);
    assertThat(lost.commit()).isFalse();
    assertThatThrownBy(() -> lost.read("/t"))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED))
        .hasMessageContaining("conflict");
    assertThatThrownBy(lost::commit).isInstanceOf(MidplaneException.class);

    Transaction async = store.beginAsync().toCompletableFuture().join();
    async.writeAsync("/async", "v").toCompletableFuture().join();
    assertThat(async.commitAsync().toCompletableFuture().join()).isTrue();
    assertThat(async.isOpen()).isFalse();
    Transaction aborted = store.begin();
    aborted.write("/aborted", "v");
    aborted.abortAsync().toCompletableFuture().join();
    assertThat(store.exists("/aborted")).isFalse();
  }

  @Test
  @DisplayName("XC29: transactions do not nest")
  void shouldRefuseToNest() {
    store.transaction(outer ->
        assertThatThrownBy(() -> store.transaction(inner -> inner.write("/n", "v")))
            .isInstanceOfSatisfying(
                XenStoreException.class,
                e -> assertThat(e.errorName()).isEqualTo(ErrorName.EALREADY)));
    try (Transaction outer = store.begin()) {
      assertThatThrownBy(outer::begin).hasMessageContaining("EALREADY");
      outer.abort();
    }
    store.transaction(again -> again.write("/n", "v"));
    assertThat(store.readText("/n")).isEqualTo("v");
  }

  @Test
  @DisplayName("XC30: the body runs again after a conflict; its result is that of the last run")
  void shouldRunTheBodyAgain() {
    store.write("/t", "v");
    List<Integer> attempts = new ArrayList<>();
    List<Integer> retries = new ArrayList<>();

    String result =
        store.inTransaction(
            RetryPolicy.defaults().onRetry(retries::add),
            tx -> {
              attempts.add(tx.attempt());
              if (tx.attempt() < 3) {
                conflict(tx);
              } else {
                tx.write("/t", "done");
              }
              return "attempt " + tx.attempt();
            });

    assertThat(result).isEqualTo("attempt 3");
    assertThat(attempts).containsExactly(1, 2, 3);
    assertThat(retries).containsExactly(2, 3);
    assertThat(store.readText("/t")).isEqualTo("done");
  }

  @Test
  @DisplayName("XC30: it gives up at its bound and says at which attempt and why")
  void shouldGiveUpAtItsBound() {
    store.write("/t", "v");

    assertThatThrownBy(() -> store.transaction(RetryPolicy.defaults().attempts(3), this::conflict))
        .isInstanceOfSatisfying(
            TransactionGaveUpException.class, e -> assertThat(e.attempts()).isEqualTo(3))
        .hasMessageContaining("attempt 3")
        .hasMessageContaining("EAGAIN")
        .hasMessageContaining(
            kind == XenStoreKind.MIDPLANE
                ? "/t was changed by connection"
                : "another change came between");
  }

  @Test
  @DisplayName("XC30: the conflict of a commit is explained, where the server can")
  void shouldExplainAConflict() {
    store.write("/t", "v");
    assertThat(store.control().conflict()).isEmpty();
    Transaction transaction = store.begin();
    conflict(transaction);
    assertThat(transaction.commit()).isFalse();

    assertThat(store.control().conflict().isPresent()).isEqualTo(kind == XenStoreKind.MIDPLANE);
    store
        .control()
        .conflict()
        .ifPresent(why ->
            assertThat(why)
                .startsWith("transaction " + transaction.id().number() + " of connection")
                .contains("/t was changed by connection"));
  }

  @Test
  @DisplayName("XC30: what the body throws aborts the transaction and is thrown on")
  void shouldAbortWhenTheBodyThrows() {
    var failure = new IllegalStateException("as the test wants it");

    assertThatThrownBy(() ->
            store.transaction(tx -> {
              tx.write("/thrown", "v");
              throw failure;
            }))
        .isSameAs(failure);
    assertThat(store.exists("/thrown")).isFalse();
    store.transaction(tx -> {
      tx.write("/on-purpose", "v");
      tx.abort();
    });
    assertThat(store.exists("/on-purpose")).isFalse();
  }

  @Test
  @DisplayName("XC30: no increment of a contended counter is lost")
  void shouldLoseNoIncrement() {
    store.write("/counter", "0");
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      clients.add(CompletableFuture.runAsync(this::incrementOften, Thread::startVirtualThread));
    }
    clients.forEach(CompletableFuture::join);

    assertThat(store.readText("/counter")).isEqualTo("150");
  }

  private void incrementOften() {
    try (XenStore own = connect()) {
      for (int i = 0; i < 50; i++) {
        own.transaction(
            RetryPolicy.defaults().attempts(1000),
            tx ->
                tx.write(
                    "/counter", Integer.toString(Integer.parseInt(tx.readText("/counter")) + 1)));
      }
    }
  }

  @Test
  @DisplayName("XC31: leaving the scope without a commit aborts and says so")
  void shouldAbortWhenTheScopeIsLeft() {
    assertThatThrownBy(
            () -> {
              try (Transaction transaction = store.begin()) {
                transaction.write("/left", "v");
              }
            })
        .isInstanceOf(MidplaneException.class)
        .hasMessageContaining("was left without commit() or abort() and was aborted");
    assertThat(store.exists("/left")).isFalse();

    assertThatThrownBy(
            () -> {
              try (Transaction transaction = store.begin()) {
                transaction.write("/left", "v");
                throw new IllegalStateException("the body's own");
              }
            })
        .hasMessage("the body's own");
    assertThat(store.exists("/left")).isFalse();
  }
}
