package io.midplane.packet.file;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.midplane.packet.frame.Frame;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;

/**
 * No bytes make the reader do anything but read or say where they are wrong. {@code JAZZER_FUZZ=1}
 * with {@code -Dtest=CaptureFuzzTest} searches for such bytes.
 */
@Tag("fuzz")
class CaptureFuzzTest {

  @FuzzTest(maxDuration = "5m")
  void shouldReadOrRefuse(byte[] input) {
    read(input);
  }

  @RepeatedTest(300)
  @DisplayName("40: bytes changed at random are read or refused with their place")
  void shouldReadOrRefuseDamagedFiles() {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("seed " + seed);
    var random = new SplittableRandom(seed);
    List<Frame> frames = Samples.random(seed, 5);
    for (CaptureFormat format : CaptureFormat.values()) {
      ByteOrder order = random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
      byte[] file =
          CaptureFileTest.write(CaptureWriter.builder().format(format).order(order), frames);
      for (int i = 0; i < 20; i++) {
        int at = random.nextInt(random.nextBoolean() ? 80 : file.length);
        file[at] = (byte) random.nextInt();
        read(file);
      }
    }
  }

  private static void read(byte[] file) {
    try {
      CaptureFileTest.readAll(file);
    } catch (CaptureFileException e) {
      if (e.position() < 0 || e.position() > file.length) {
        throw new AssertionError("position " + e.position(), e);
      }
    }
  }
}
