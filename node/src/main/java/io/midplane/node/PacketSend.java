package io.midplane.node;

import io.midplane.packet.PacketPort;
import io.midplane.packet.PortOptions;
import io.midplane.packet.file.CaptureReader;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.link.SendResult;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code packet send}: the frames of a capture file, out of an interface. */
final class PacketSend implements Command {
  private static final String READ = "--read";
  private static final String RATE = "--rate";
  private static final String LOOP = "--loop";
  private static final int BATCH = 64;

  /** With a rate, frames go out together that are due within this share of a second. */
  private static final int BURSTS_A_SECOND = 200;

  private static final long PAUSE_NANOS = 100_000;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  @Override
  public String name() {
    return "send";
  }

  @Override
  public String summary() {
    return "Sends the frames of a capture file.";
  }

  @Override
  public void declare(CommandSpec spec) {
    Columns.declareWord(spec, 0, "1", "INTERFACE", "An interface's name.");
    spec.addOption(
        OptionSpec.builder(READ)
            .type(Path.class)
            .required(true)
            .paramLabel("FILE")
            .description("A capture file, pcap or pcapng.")
            .build());
    PacketOptions.declareNumber(
        spec, RATE, "PPS", "Frames a second; without, as fast as they go. Times are ignored.");
    PacketOptions.declareNumber(spec, LOOP, "N", "Sends the file N times.");
    PacketOptions.declareRouter(spec);
  }

  @Override
  public int run(ParseResult line, CommandContext context) {
    Path file = line.matchedOptionValue(READ, Path.of(""));
    long rate = PacketOptions.number(line, RATE, Long.MAX_VALUE, 1, Long.MAX_VALUE);
    long loops = PacketOptions.number(line, LOOP, 1, 1, Long.MAX_VALUE);
    PortOptions options = PortOptions.defaults().withVirtualRouter(PacketOptions.router(line));
    var sending = new Sending(rate);
    CaptureReader.open(file).close(); // a bad file is refused before a port is opened
    try (PacketPort port = PacketPort.open(Columns.word(line, 0), options)) {
      for (long i = 0; i < loops; i++) {
        try (CaptureReader reader = CaptureReader.open(file)) {
          sending.sendAll(port, reader);
        }
      }
    }
    sending.print(context);
    return sending.isComplete() ? ExitStatus.OK : ExitStatus.FAILED;
  }

  /** What was sent so far. */
  private static final class Sending {
    private final long rate;
    private final int together;
    private final SendResult[] results = new SendResult[BATCH];
    private final Map<SendResult, Long> counts = new EnumMap<>(SendResult.class);
    private final long start = System.nanoTime();
    private long frames;

    Sending(long rate) {
      this.rate = rate;
      this.together = (int) Math.clamp(rate / BURSTS_A_SECOND, 1, BATCH);
    }

    void sendAll(PacketPort port, CaptureReader reader) {
      FrameBatch batch = reader.read(together);
      while (batch.size() > 0) {
        awaitTurn();
        send(port, batch);
        batch = reader.read(together);
      }
    }

    private void awaitTurn() {
      long due = rate == Long.MAX_VALUE ? 0 : (long) (frames * 1e9 / rate);
      long left = due - (System.nanoTime() - start);
      while (left > 0) {
        LockSupport.parkNanos(left);
        left = due - (System.nanoTime() - start);
      }
    }

    private void send(PacketPort port, FrameBatch batch) {
      port.send(batch, results);
      for (int i = 0; i < batch.size(); i++) {
        SendResult result = results[i];
        if (result == SendResult.NO_BUFFER) {
          result = again(port, batch, i);
        }
        counts.merge(result, 1L, Long::sum);
      }
      frames += batch.size();
    }

    /** The queue of the interface was full. */
    private static SendResult again(PacketPort port, FrameBatch batch, int index) {
      long end = System.nanoTime() + PATIENCE_NANOS;
      SendResult result = SendResult.NO_BUFFER;
      while (result == SendResult.NO_BUFFER && System.nanoTime() < end) {
        LockSupport.parkNanos(PAUSE_NANOS);
        result = port.send(batch.frame(index));
      }
      return result;
    }

    boolean isComplete() {
      return counts.keySet().stream().allMatch(result -> result == SendResult.SENT);
    }

    void print(CommandContext context) {
      if (context.json()) {
        new JsonLines(context.out())
            .print(json -> {
              for (SendResult result : SendResult.values()) {
                json.writeNumberField(word(result), counts.getOrDefault(result, 0L));
              }
            });
        return;
      }
      List<SendResult> seen = List.copyOf(counts.keySet());
      context
          .out()
          .println(
              seen.isEmpty()
                  ? "no frames"
                  : seen.stream()
                      .map(result -> counts.get(result) + " " + word(result))
                      .collect(Collectors.joining(", ")));
    }

    private static String word(SendResult result) {
      return result.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
