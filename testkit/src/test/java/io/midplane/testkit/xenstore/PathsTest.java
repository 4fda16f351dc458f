package io.midplane.testkit.xenstore;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is a path, and how long it may be. */
@Tag("peer")
class PathsTest extends XenStoreSpec {

  @Test
  @DisplayName("XS9: letters, digits and - / _ @ make a path")
  void shouldTakeTheAllowedCharacters() {
    expect("WRITE /aZ09-_@/@x/-|v", "OK|");
    expect("READ /aZ09-_@/@x/-|", "v");
    expect("WRITE /|top", "OK|");
    expect("READ /|", "top");
  }

  @Test
  @DisplayName("XS9: anything else is EINVAL")
  void shouldRefuseOtherPaths() {
    for (String path :
        new String[] {"//", "/a//b", "/a/", "/a b", "/a.b", "/a\n", "/\u00e9", "/a:b"}) {
      expect("WRITE " + path + "|v", "!EINVAL");
      expect("READ " + path + "|", "!EINVAL");
      expect("MKDIR " + path + "|", "!EINVAL");
      expect("WATCH " + path + "|t|", "!EINVAL");
    }
    expect("WRITE |v", "!EINVAL");
    expect("READ |", "!EINVAL");
  }

  @Test
  @DisplayName("XS10: a socket's relative path is below /local/domain/0")
  void shouldResolveRelativePathsOfASocket() {
    expect("WRITE t/rel|v", "OK|");

    expect("READ /local/domain/0/t/rel|", "v");
    expect("READ t/rel|", "v");
  }

  @Test
  @DisplayName("XS10: a guest's relative path is below its own home")
  void shouldResolveRelativePathsOfAGuest() {
    expect("MKDIR /local/domain/7|", "OK|");
    RawConnection guest = store.introduce(7);
    expect("SET_PERMS /local/domain/7|n7|", "OK|");

    expect(guest, "WRITE data/x|v", "OK|");

    expect("READ /local/domain/7/data/x|", "v");
  }

  @Test
  @DisplayName("XS9: special names are no paths of nodes")
  void shouldRefuseSpecialNamesAsNodes() {
    expect("WRITE @foo|v", "!EINVAL", ocaml("OK|"));
    expect("READ @introduceDomain|", "!EINVAL", ocaml(""));
    expect("DIRECTORY @introduceDomain|", "!EINVAL", ocaml(""));
    expect("RM @foo|", "!EINVAL", ocaml("OK|"));
    expect("WRITE /@foo|v", "OK|");
  }

  @Test
  @DisplayName("XS9: a path of 2048 bytes is taken, one of 2049 is not")
  void shouldLimitTheLengthOfPaths() {
    expect("WRITE " + path(longest()) + "|v", "OK|");
    expect("READ " + path(longest()) + "|", "v");
    expect("WRITE " + path(longest() + 1) + "|v", "!EINVAL");
    expect("WRITE " + path(3072) + "|v", "!EINVAL");
    expect("WRITE " + path(4000) + "|v", "!EINVAL");
  }

  @Test
  @DisplayName("XS9: the prefix of a home is not counted")
  void shouldNotCountTheHomesPrefix() {
    String home = "/local/domain/1";

    expect("WRITE " + home + path(longest() + 1) + "|v", "OK|");
    expect("READ " + home + path(longest() + 1) + "|", "v");
    expect("WRITE " + home + path(longest() + 2) + "|v", "!EINVAL");
  }

  private int longest() {
    return isOcaml() ? 1024 : 2048;
  }

  /** An absolute path of so many bytes. */
  private static String path(int length) {
    return "/" + "p".repeat(length - 1);
  }
}
