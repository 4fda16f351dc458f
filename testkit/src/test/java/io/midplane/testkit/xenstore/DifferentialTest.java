package io.midplane.testkit.xenstore;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same random requests to two servers. {@code -Dmidplane.xenstore.differential=N} sets how many
 * a run has, {@code -Dmidplane.xenstore.seed=N} repeats one.
 */
@Tag("peer")
class DifferentialTest {
  private static final int REQUESTS = Integer.getInteger("midplane.xenstore.differential", 1500);

  @TempDir Path folder;

  private static long seed() {
    Long given = Long.getLong("midplane.xenstore.seed");
    return given != null ? given : ThreadLocalRandom.current().nextLong();
  }

  private XenStoreUnderTest start(String name, XenStoreKind kind) throws IOException {
    return XenStoreSpec.start(kind, Files.createDirectory(folder.resolve(name)));
  }

  private void compare(XenStoreKind one, XenStoreKind two) throws IOException {
    long seed = seed();
    try (XenStoreUnderTest first = start("1", one);
        XenStoreUnderTest second = start("2", two);
        Differential run = new Differential(seed, first, second)) {
      run.run(REQUESTS);
      System.out.println(run.report());
    }
  }

  @RepeatedTest(3)
  @DisplayName("XS23: ours and the C daemon answer the same, explained differences aside")
  void shouldAnswerAsTheCDaemonDoes() throws IOException {
    compare(XenStoreKind.C, XenStoreKind.MIDPLANE);
  }

  @Test
  @DisplayName("XS23: the check finds no difference between two of the same")
  void shouldFindNoDifferenceBetweenTwoOfTheSame() throws IOException {
    compare(XenStoreKind.C, XenStoreKind.C);
  }

  @Test
  @DisplayName("XS23: the check finds the differences between the two real daemons")
  void shouldFindADifferenceBetweenTheRealDaemons() {
    XenStorePeers.required();

    assertThatThrownBy(() -> compare(XenStoreKind.C, XenStoreKind.OCAML))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("C and OCAML differ");
  }
}
