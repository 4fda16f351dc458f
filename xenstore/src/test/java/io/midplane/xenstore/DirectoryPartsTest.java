package io.midplane.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.Message;
import io.midplane.xenstore.wire.MessageType;
import io.midplane.xenstore.wire.Texts;
import io.midplane.xenstore.wire.XenStoreException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DirectoryPartsTest extends AgainstFakeServer {

  private void expectPart(int offset, String answer) {
    Message request = link.take();
    assertThat(request.type()).isEqualTo(MessageType.DIRECTORY_PART.code());
    assertThat(Texts.split(request.payload())).containsExactly("/d", Integer.toString(offset));
    link.answer(request, answer);
  }

  @Test
  @DisplayName("XC24: parts are joined up to the empty name")
  void shouldJoinTheParts() {
    var names = calling(() -> store.list("/d"));
    link.refuse(link.take(), "E2BIG");
    expectPart(0, "17\0one\0two\0");
    expectPart(8, "17\0three\0\0");

    assertThat(names.join()).containsExactly("one", "two", "three");
  }

  @Test
  @DisplayName("XC24: when the list changes between two parts it is fetched anew")
  void shouldStartAgainWhenTheListChanges() {
    var names = calling(() -> store.list("/d"));
    link.refuse(link.take(), "E2BIG");
    expectPart(0, "17\0one\0two\0");
    expectPart(8, "18\0three\0\0");
    expectPart(0, "18\0two\0");
    expectPart(4, "18\0\0");

    assertThat(names.join()).containsExactly("two");
  }

  @Test
  @DisplayName("XC24: a list that became empty is empty")
  void shouldTakeAnEmptyPart() {
    var names = calling(() -> store.list("/d"));
    link.refuse(link.take(), "E2BIG");
    expectPart(0, "19\0\0");

    assertThat(names.join()).isEmpty();
  }

  @Test
  @DisplayName("XC24: a server without parts leaves it at E2BIG")
  void shouldReportE2bigOfAServerWithoutParts() {
    for (boolean async : List.of(false, true)) {
      var call =
          async ? store.listAsync("/d").toCompletableFuture() : calling(() -> store.list("/d"));
      link.refuse(link.take(), "E2BIG");
      link.refuse(link.take(), "ENOSYS");
      assertThatThrownBy(call::join)
          .cause()
          .isInstanceOfSatisfying(
              XenStoreException.class, e -> assertThat(e.errorName()).isEqualTo(ErrorName.E2BIG));
    }
  }
}
