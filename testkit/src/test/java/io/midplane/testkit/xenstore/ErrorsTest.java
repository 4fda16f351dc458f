package io.midplane.testkit.xenstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which error answers what, quotas of guests among them. */
@Tag("peer")
class ErrorsTest extends XenStoreSpec {

  /** A guest with a home of its own. */
  private RawConnection guest() {
    RawConnection guest = store.introduce(7);
    expect("MKDIR /local/domain/7|", "OK|");
    expect("SET_PERMS /local/domain/7|n7|", "OK|");
    return guest;
  }

  /** How often a request is granted before it is refused. */
  private static int granted(RawConnection by, IntFunction<String> request, int atMost) {
    int count = 0;
    while (count < atMost && !by.ask(request.apply(count)).startsWith("!")) {
      count++;
    }
    return count;
  }

  @Test
  @DisplayName("XS21: an unknown transaction")
  void shouldRefuseAnUnknownTransaction() {
    expect("READ@4711 /tool|", "!ENOENT", ocaml("!EIO"));
    expect("TRANSACTION_END T|", "!ENOENT");
    expect("TRANSACTION_END@4711 T|", "!ENOENT", ocaml("!EIO"));
  }

  @Test
  @DisplayName("XS24: more watches than a guest may have")
  void shouldLimitWatches() {
    RawConnection guest = guest();

    int granted = granted(guest, i -> "WATCH w|t" + i + "|", 400);

    // The C daemon says E2BIG and grants one too many; 4.23 says ENOSPC, and so do we.
    expect(guest, "WATCH w|more|", "!E2BIG", ocaml("!EQUOTA"), ours("!ENOSPC"));
    assertThat(String.valueOf(granted)).isEqualTo(here("129", ocaml("101"), ours("128")));
    assertThat(granted(root, i -> "WATCH w|t" + i + "|", 400)).isEqualTo(400);
  }

  @Test
  @DisplayName("XS24: more transactions than a guest may have")
  void shouldLimitTransactions() {
    RawConnection guest = guest();

    int granted = granted(guest, i -> "TRANSACTION_START |", 100);

    expect(guest, "TRANSACTION_START |", "!ENOSPC", ocaml("!EQUOTA"));
    assertThat(String.valueOf(granted)).isEqualTo(here("11", ocaml("11"), ours("10")));
    assertThat(granted(root, i -> "TRANSACTION_START |", 50)).isEqualTo(50);
  }

  @Test
  @DisplayName("XS24: more nodes than a guest may have")
  void shouldLimitNodes() {
    RawConnection guest = guest();

    int granted = granted(guest, i -> "WRITE n/%d/%d|".formatted(i / 100, i % 100), 1100);

    expect(guest, "WRITE more|", "!ENOSPC", ocaml("!EQUOTA"));
    assertThat(granted).isBetween(980, 1000);
  }

  @Test
  @DisplayName("XS24: a bigger node than a guest may have")
  void shouldLimitTheSizeOfNodes() {
    RawConnection guest = guest();

    expect(guest, "WRITE v|" + "x".repeat(2000), "OK|");
    expect(guest, "WRITE v|" + "x".repeat(2024), "!ENOSPC", ocaml("OK|"));
    expect(guest, "WRITE v|" + "x".repeat(2049), "!ENOSPC", ocaml("!E2BIG"));
  }

  @Test
  @DisplayName("XS24: more permissions than a guest may set on a node")
  void shouldLimitPermissions() {
    RawConnection guest = guest();
    expect(guest, "WRITE p|", "OK|");

    expect(guest, "SET_PERMS p|n7|r0|r0|r0|r0|", "OK|");
    expect(guest, "SET_PERMS p|n7|r0|r0|r0|r0|r0|", "!ENOSPC", ocaml("OK|"));
  }

  @Test
  @DisplayName("XS17: below what a guest may not read it learns nothing")
  void shouldNotTellAGuestWhatIsMissing() {
    RawConnection guest = guest();
    expect("WRITE /secret/there|", "OK|");

    expect(guest, "READ /secret/there|", "!EACCES");
    expect(guest, "READ /secret/missing|", "!EACCES", ocaml("!ENOENT"));
    expect(guest, "READ missing|", "!ENOENT");
  }

  @Test
  @DisplayName("XS14: who may set permissions, and to what")
  void shouldRefusePermissions() {
    RawConnection guest = guest();
    expect(guest, "WRITE mine|", "OK|");
    expect("WRITE /other|", "OK|");

    expect(guest, "SET_PERMS mine|n0|", "!EPERM", ocaml("!EACCES"));
    expect(guest, "SET_PERMS /other|n7|", "!EACCES");
    expect("SET_PERMS /other|n4711|", "!ENOENT", ocaml("OK|"));
  }

  @Test
  @DisplayName("XS21: a transaction that hit a quota cannot commit")
  void shouldNotCommitWhatHitAQuota() {
    RawConnection guest = guest();
    String transaction = begin(guest);

    expect(guest, "WRITE@" + transaction + " v|" + "x".repeat(2049), "!ENOSPC", ocaml("!E2BIG"));
    expect(guest, "WRITE@" + transaction + " v|x", "OK|");
    expect(guest, "TRANSACTION_END@" + transaction + " T|", "!ENOMEM", ocaml("OK|"));
    expect(guest, "READ v|", "!ENOENT", ocaml("x"));
  }

  @Test
  @DisplayName("XS21: the quota of permissions alone does not spoil a transaction")
  void shouldCommitDespiteTooManyPermissions() {
    RawConnection guest = guest();
    expect(guest, "WRITE p|", "OK|");
    String transaction = begin(guest);

    expect(guest, "WRITE@" + transaction + " q|", "OK|");
    expect(guest, "SET_PERMS@" + transaction + " p|n7|r0|r0|r0|r0|r0|", "!ENOSPC", ocaml("OK|"));
    expect(guest, "TRANSACTION_END@" + transaction + " T|", "OK|");
  }
}
