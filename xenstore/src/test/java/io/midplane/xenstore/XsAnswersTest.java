package io.midplane.xenstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.xenstore.xs.Xs;
import io.midplane.xenstore.xs.XsPermission;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Answers to the methods of the C binding that no daemon at hand gives. */
class XsAnswersTest extends AgainstFakeServer {

  @Test
  @DisplayName("XC43: a domain without a path has none, which is no error")
  void shouldHaveNoPathOfADomainThatIsNone() {
    Xs xs = new Xs(store);
    var path = calling(() -> xs.getDomainPath(3));

    link.refuse(link.take(), "ENOENT");

    assertThat(path.join()).isNull();
  }

  @Test
  @DisplayName("XC43: an owner entry for domain 0 goes before a first entry with rights of another")
  void shouldPutAnOwnerBeforeAnEntryWithRights() {
    Xs xs = new Xs(store);
    var rights = new XsPermission(7, true, false);
    var done =
        calling(() -> {
          xs.setPermissions("0", "/p", List.of(rights));
          return true;
        });
    var request = link.take();
    link.answer(request, "OK\0");

    assertThat(request.text()).isEqualTo("/p\0n0\0r7\0");
    assertThat(done.join()).isTrue();
  }
}
