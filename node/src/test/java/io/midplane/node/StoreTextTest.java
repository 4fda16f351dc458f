package io.midplane.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreTextTest {

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String unescaped(String text) {
    return new String(StoreText.unescaped(bytes(text)), StandardCharsets.ISO_8859_1);
  }

  @Test
  void shouldEscapeWhatIsNotPrintable() {
    assertThat(StoreText.escaped(bytes("a \"~\\\t\n\r\0\7\b\u001f\u007f\u0080\u00ff")))
        .isEqualTo("a \"~\\\\\\t\\n\\r\\000\\007\\x08\\x1f\\x7f\\x80\\xff");
  }

  @ParameterizedTest
  @CsvSource({
    "\\x41\\n, A\\n",
    "\\101, A",
    "\\q, q",
    "\\x, x",
    "\\xg, xg",
    "\\414, \\f",
    "\\x414, A4",
    "\\0123, \\n3",
    "\\\\, \\"
  })
  void shouldReadEscapes(String text, String value) {
    String expected = value.equals("\\") ? value : value.translateEscapes();

    assertThat(unescaped(text)).isEqualTo(expected);
  }

  @Test
  void shouldReadBackWhatItWrote() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }

    assertThat(StoreText.unescaped(bytes(StoreText.escaped(all)))).isEqualTo(all);
    assertThat(unescaped("a\\")).isEqualTo("a\0");
    assertThat(unescaped("\\18")).isEqualTo("\0018");
  }
}
