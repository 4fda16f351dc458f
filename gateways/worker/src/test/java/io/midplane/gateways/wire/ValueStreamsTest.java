package io.midplane.gateways.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.midplane.calls.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Values one after the other in a stream. */
class ValueStreamsTest {

  @Test
  void shouldReadOneValueAndNotAByteMore() throws IOException {
    var out = new ByteArrayOutputStream();
    Values.dump(List.of(1, "two"), out);
    Values.dump(new Complex(1, 2), out, DumpSettings.defaults().withVersion(1));
    Values.dump(Bytes.ofUtf8("x".repeat(100_000)), out);
    out.write('!');
    var in = new ByteArrayInputStream(out.toByteArray());

    assertThat(Values.load(in)).isEqualTo(List.of(1, "two"));
    assertThat(Values.load(in)).isEqualTo(new Complex(1, 2));
    assertThat(Values.load(in)).isEqualTo(Bytes.ofUtf8("x".repeat(100_000)));
    assertThat(in.read()).isEqualTo('!');
  }

  @Test
  void shouldWriteNothingForWhatHasNoForm() {
    var out = new ByteArrayOutputStream();

    assertThatExceptionOfType(DumpException.class)
        .isThrownBy(() -> Values.dump(List.of(1, new Object()), out));

    assertThat(out.size()).isZero();
  }

  @Test
  void shouldRefuseWhatIsTooLongBeforeItCame() {
    var announced = new ByteArrayInputStream(HexFormat.of().parseHex("02417fffffff00"));

    assertThatExceptionOfType(LoadException.class)
        .isThrownBy(() -> Values.load(announced))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED));
  }
}
