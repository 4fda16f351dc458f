package io.midplane.testkit.xenstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who may do what to whose node. */
@Tag("peer")
class PermissionsTest extends XenStoreSpec {

  private RawConnection seven() {
    return store.introduce(7);
  }

  private void make(String path, String permissions) {
    expect("WRITE " + path + "|v", "OK|");
    expect("SET_PERMS " + path + "|" + permissions, "OK|");
  }

  @Test
  @DisplayName("XS14: permissions are kept as they were set")
  void shouldKeepPermissions() {
    seven();
    store.introduce(5);
    make("/a", "n7|r5|w0|b7|");

    expect("GET_PERMS /a|", "n7|r5|w0|b7|");
    expect("GET_PERMS /tool|", "n0|");
  }

  @Test
  @DisplayName("XS14: malformed permissions are EINVAL")
  void shouldRefuseMalformedPermissions() {
    expect("WRITE /a|", "OK|");

    for (String wrong : List.of("x0|", "r|", "0|", "rr0|", "|")) {
      assertThat(root.ask("SET_PERMS /a|" + wrong)).as(wrong).startsWith("!E");
    }
    expect("SET_PERMS /a|r-1|", "!ENOENT", ocaml("OK|"));
    expect("SET_PERMS /a|n0|", "OK|");
    expect("SET_PERMS /a|", "!EINVAL");
    expect("GET_PERMS /a|", "n0|");
  }

  @Test
  @DisplayName("XS15: a new node has its parent's permissions")
  void shouldInheritPermissions() {
    store.introduce(5);
    make("/a", "n0|r5|");

    expect("WRITE /a/b/c|", "OK|");

    expect("GET_PERMS /a/b|", "n0|r5|");
    expect("GET_PERMS /a/b/c|", "n0|r5|");
  }

  @Test
  @DisplayName("XS15: a guest owns what it makes")
  void shouldGiveAGuestWhatItMakes() {
    RawConnection seven = seven();
    store.introduce(5);
    make("/a", "n0|b5|b7|");

    expect(seven, "WRITE /a/mine|", "OK|");

    expect("GET_PERMS /a/mine|", "n7|b5|b7|", ocaml("n0|b5|b7|"));
  }

  /** Requests to a node, and what the permission needed for them is. */
  private void expectAccess(RawConnection guest, String path, boolean read, boolean write) {
    String get = read ? "v" : "!EACCES";
    expect(guest, "READ " + path + "|", get);
    expect(guest, "DIRECTORY " + path + "|", read ? "" : "!EACCES");
    assertThat(guest.ask("GET_PERMS " + path + "|"))
        .as(path)
        .matches(read ? "[nrwb].*" : "!EACCES");
    expect(guest, "WRITE " + path + "|v", write ? "OK|" : "!EACCES");
    expect(guest, "MKDIR " + path + "/child|", write ? "OK|" : "!EACCES");
  }

  @Test
  @DisplayName("XS16: a guest's right is the first entry for it, or the letter of the first entry")
  void shouldJudgeByTheFirstEntryThatFits() {
    RawConnection seven = seven();
    store.introduce(5);
    for (String[] row :
        new String[][] {
          {"n0|", ""},
          {"r0|", "r"},
          {"w0|", "w"},
          {"b0|", "rw"},
          {"n7|", "rw"},
          {"n0|r7|", "r"},
          {"n0|w7|", "w"},
          {"n0|b7|", "rw"},
          {"b0|n7|", ""},
          {"n0|r7|w7|", "r"},
          {"n0|b5|", ""},
          {"r5|", "r"},
          {"n0|r0|", ""},
        }) {
      make("/p", row[0]);
      expectAccess(seven, "/p", row[1].contains("r"), row[1].contains("w"));
      expect("RM /p|", "OK|");
    }
  }

  @Test
  @DisplayName("XS16: access is judged on the node alone")
  void shouldNotLookAtAncestors() {
    RawConnection seven = seven();
    make("/closed", "n0|");
    make("/closed/open", "n0|r7|");
    make("/open", "r0|");
    make("/open/closed", "n0|");

    expect(seven, "READ /closed/open|", "v");
    expect(seven, "READ /closed|", "!EACCES");
    expect(seven, "DIRECTORY /open|", "closed|");
    expect(seven, "READ /open/closed|", "!EACCES");
  }

  @Test
  @DisplayName("XS16: making needs write on the nearest ancestor, removing on the node")
  void shouldJudgeMakingAndRemoving() {
    RawConnection seven = seven();
    make("/a", "n0|b7|");
    make("/a/locked", "n0|r7|");
    make("/b", "n0|r7|");
    make("/b/mine", "n0|b7|");

    expect(seven, "WRITE /a/x/y/z|v", "OK|");
    expect(seven, "RM /a/x|", "OK|");
    expect(seven, "RM /a/locked|", "!EACCES");
    expect(seven, "WRITE /b/x|v", "!EACCES");
    expect(seven, "RM /b/mine|", "OK|");
  }

  @Test
  @DisplayName("XS16: domain 0 and every socket may do everything")
  void shouldLetThePrivilegedDoEverything() {
    seven();
    make("/a", "n7|");

    expect("READ /a|", "v");
    expect("WRITE /a|w", "OK|");
    expect("SET_PERMS /a|n7|r0|", "OK|");
    expect("RM /a|", "OK|");
  }

  @Test
  @DisplayName("XS25: a guest has the rights of its target")
  void shouldGiveAGuestTheRightsOfItsTarget() {
    RawConnection seven = seven();
    store.introduce(5);
    make("/five", "n5|");
    expect(seven, "READ /five|", "!EACCES");

    expect("SET_TARGET 7|5|", "OK|");

    expect(seven, "READ /five|", "v");
    expect(seven, "WRITE /five|w", "OK|");
  }

  @Test
  @DisplayName("XS26: what a domain owned goes with it, and its entries elsewhere")
  void shouldForgetADomainThatWasReleased() {
    seven();
    make("/seven", "n7|");
    make("/seven/child", "n0|");
    make("/zero", "n0|r7|");

    expect("RELEASE 7|", "OK|");

    expect("READ /seven|", "!ENOENT");
    expect("READ /zero|", "v");
    RawConnection again = seven();
    expect(again, "READ /zero|", "!EACCES");
  }
}
