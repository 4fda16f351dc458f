package io.midplane.node;

import io.midplane.packet.PacketPort;
import io.midplane.packet.PortOptions;
import io.midplane.packet.bpf.BpfInstruction;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.bpf.Filter;
import io.midplane.packet.file.CaptureReader;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameMeta;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.CaptureStatistics;
import io.midplane.packet.link.FrameFacts;
import io.midplane.packet.link.Link;
import io.midplane.packet.link.RxMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code packet capture}: frames of an interface as they come, or of a file. */
final class PacketCapture implements Command {
  private static final String FILTER = "--filter";
  private static final String COUNT = "--count";
  private static final String SECONDS = "--seconds";
  private static final String SNAPLEN = "--snaplen";
  private static final long MOST_SECONDS = TimeUnit.DAYS.toSeconds(365);
  private static final String WRITE = "--write";
  private static final int MOST_BYTES = CaptureReader.MAX_CAPTURED_LENGTH;
  private static final int RETURN_CONSTANT = 0x06;
  private static final int RING_BYTES = 32 << 20;

  /** After so many frames of a file it looks whether anybody wants more. */
  private static final int LOOK = 1024;

  /** After this time without a frame what was printed is flushed. */
  private static final Duration LULL = Duration.ofMillis(200);

  @Override
  public String name() {
    return "capture";
  }

  @Override
  public String summary() {
    return "Prints or writes frames of an interface, until interrupted, or of a file.";
  }

  @Override
  public void declare(CommandSpec spec) {
    Columns.declareWord(
        spec, 0, "1", "INTERFACE|FILE", "An interface, any for all, or a capture file.");
    spec.addOption(
        OptionSpec.builder(FILTER)
            .type(String.class)
            .paramLabel("EXPRESSION")
            .description("Which frames, as tcpdump says it: 'arp or udp port 53'.")
            .build());
    PacketOptions.declareNumber(spec, COUNT, "N", "Ends after N frames.");
    PacketOptions.declareNumber(spec, SECONDS, "S", "Ends after that time.");
    PacketOptions.declareNumber(spec, SNAPLEN, "N", "Takes no more than N bytes of a frame.");
    spec.addOption(
        OptionSpec.builder(WRITE)
            .type(Path.class)
            .paramLabel("FILE")
            .description("Writes them, pcapng, or pcap if it is called .pcap, and prints none.")
            .build());
    PacketOptions.declareRouter(spec);
  }

  @Override
  public int run(ParseResult line, CommandContext context) {
    String name = Columns.word(line, 0);
    if (name.contains("/") || Files.isRegularFile(Path.of(name))) {
      read(Path.of(name), Wanted.of(line), context);
    } else {
      capture(name, PacketOptions.router(line), Wanted.of(line), context);
    }
    return ExitStatus.OK;
  }

  /** What the options say. */
  private record Wanted(
      Filter filter, long count, Duration duration, int snaplen, @Nullable Path file) {
    static Wanted of(ParseResult line) {
      String expression = line.matchedOptionValue(FILTER, "");
      return new Wanted(
          expression.isBlank() ? Filter.all() : Filter.parse(expression),
          PacketOptions.number(line, COUNT, Long.MAX_VALUE, 1, Long.MAX_VALUE),
          Duration.ofSeconds(PacketOptions.number(line, SECONDS, MOST_SECONDS, 1, MOST_SECONDS)),
          (int) PacketOptions.number(line, SNAPLEN, MOST_BYTES, 1, MOST_BYTES),
          line.matchedOptionValue(WRITE, null));
    }
  }

  /** Does something with the frames, printing or writing them. */
  private static void with(
      Wanted wanted,
      CommandContext context,
      Function<FrameMeta, String> names,
      Consumer<FrameTaker> work) {
    Path file = wanted.file();
    if (file == null) {
      work.accept(new FramePrinter(context, names));
      return;
    }
    long frames;
    try (FrameFileWriter writer = FrameFileWriter.create(file, wanted.snaplen(), names)) {
      work.accept(writer);
      frames = writer.frames();
    }
    context.progress(frames + " frames written to " + file);
  }

  // ---- from an interface

  private static void capture(String name, String router, Wanted wanted, CommandContext context) {
    BpfProgram program = shortened(wanted.filter().program(), wanted.snaplen());
    try (PacketPort port = PacketPort.open(name, program, options(name, router, wanted))) {
      with(
          wanted,
          context,
          meta -> port.address(meta).interfaceName(),
          taker -> {
            context.progress("capturing on " + name + ", Ctrl-C ends");
            capture(port, taker, wanted);
          });
      CaptureStatistics statistics = port.statistics();
      if (statistics.dropped() > 0) {
        context.progress(statistics.dropped() + " frames dropped: this reader is slow");
      }
    }
  }

  private static PortOptions options(String name, String router, Wanted wanted) {
    CaptureSettings settings = CaptureSettings.defaults().withRingBytes(RING_BYTES);
    PortOptions options =
        PortOptions.defaults()
            .withVirtualRouter(router)
            .withCapture(wanted.file() == null ? settings : settings.withMode(RxMode.bulk()));
    return name.equals(Link.ANY) ? options : options.withPromiscuous();
  }

  private static void capture(PacketPort port, FrameTaker taker, Wanted wanted) {
    long end = System.nanoTime() + wanted.duration().toNanos();
    long left = wanted.duration().toNanos();
    long taken = 0;
    while (taken < wanted.count() && left > 0 && taker.rest()) {
      Duration wait = left < LULL.toNanos() ? Duration.ofNanos(left) : LULL;
      Optional<Frame> frame = port.receive(wait);
      while (frame.isPresent()) {
        taker.take(frame.get());
        taken++;
        left = end - System.nanoTime();
        frame = taken < wanted.count() && left > 0 ? port.receive(Duration.ZERO) : Optional.empty();
      }
      left = end - System.nanoTime();
    }
  }

  // ---- from a file

  private static void read(Path path, Wanted wanted, CommandContext context) {
    BpfProgram program = wanted.filter().fileProgram();
    try (CaptureReader reader = CaptureReader.open(path)) {
      with(
          wanted,
          context,
          meta -> name(reader, meta),
          taker -> read(reader, program, taker, wanted));
    }
  }

  private static void read(
      CaptureReader reader, BpfProgram program, FrameTaker taker, Wanted wanted) {
    long taken = 0;
    long seen = 0;
    while (taken < wanted.count() && reader.next()) {
      Frame frame = reader.frame();
      if (FrameFacts.wants(program, frame)) {
        taker.take(beginning(frame, wanted.snaplen()));
        taken++;
      }
      if (++seen % LOOK == 0 && !taker.rest()) {
        return;
      }
    }
  }

  private static Frame beginning(Frame frame, int most) {
    FrameMeta meta = frame.meta();
    if (meta.capturedLength() <= most) {
      return frame;
    }
    return new Frame(
        Arrays.copyOf(frame.bytes(), most),
        new FrameMeta(
            meta.ifindex(),
            meta.timestamp(),
            meta.originalLength(),
            most,
            meta.type(),
            meta.vlan(),
            meta.flags() | FrameMeta.TRUNCATED));
  }

  /** Pcap has no names. */
  private static String name(CaptureReader reader, FrameMeta meta) {
    int index = meta.ifindex() - 1;
    return index >= 0 && index < reader.interfaces().size()
        ? reader.interfaces().get(index).name()
        : "-";
  }

  /** The same program, keeping no more of a frame than that. */
  private static BpfProgram shortened(BpfProgram program, int most) {
    List<BpfInstruction> instructions =
        program.instructions().stream()
            .map(instruction ->
                instruction.code() == RETURN_CONSTANT
                        && Integer.compareUnsigned(instruction.operand(), most) > 0
                    ? new BpfInstruction(RETURN_CONSTANT, 0, 0, most)
                    : instruction)
            .toList();
    return BpfProgram.of(instructions);
  }
}
