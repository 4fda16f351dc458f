package io.midplane.node;

import io.midplane.packet.PacketPort;
import io.midplane.packet.PortOptions;
import io.midplane.packet.bpf.BpfInstruction;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.bpf.Filter;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.link.CaptureStatistics;
import io.midplane.packet.link.Link;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code packet capture}: frames of an interface as they come, until interrupted. */
final class PacketCapture implements Command {
  private static final String FILTER = "--filter";
  private static final String COUNT = "--count";
  private static final String SECONDS = "--seconds";
  private static final String SNAPLEN = "--snaplen";
  private static final long MOST_SECONDS = TimeUnit.DAYS.toSeconds(365);
  private static final int RETURN_CONSTANT = 0x06;

  /** After this time without a frame what was printed is flushed. */
  private static final Duration LULL = Duration.ofMillis(200);

  @Override
  public String name() {
    return "capture";
  }

  @Override
  public String summary() {
    return "Prints frames of an interface as they come, until interrupted.";
  }

  @Override
  public void declare(CommandSpec spec) {
    Columns.declareWord(spec, 0, "1", "INTERFACE", "An interface's name, or any for all.");
    spec.addOption(
        OptionSpec.builder(FILTER)
            .type(String.class)
            .paramLabel("EXPRESSION")
            .description("Which frames, as tcpdump says it: 'arp or udp port 53'.")
            .build());
    PacketOptions.declareNumber(spec, COUNT, "N", "Ends after N frames.");
    PacketOptions.declareNumber(spec, SECONDS, "S", "Ends after that time.");
    PacketOptions.declareNumber(spec, SNAPLEN, "N", "Takes no more than N bytes of a frame.");
    PacketOptions.declareRouter(spec);
  }

  @Override
  public int run(ParseResult line, CommandContext context) {
    long count = PacketOptions.number(line, COUNT, Long.MAX_VALUE, 1, Long.MAX_VALUE);
    long seconds = PacketOptions.number(line, SECONDS, MOST_SECONDS, 1, MOST_SECONDS);
    long snaplen = PacketOptions.number(line, SNAPLEN, BpfProgram.KEEP_ALL, 1, BpfProgram.KEEP_ALL);
    String expression = line.matchedOptionValue(FILTER, "");
    Filter filter = expression.isBlank() ? Filter.all() : Filter.parse(expression);
    String name = Columns.word(line, 0);
    PortOptions options = options(name, PacketOptions.router(line));
    try (PacketPort port =
        PacketPort.open(name, shortened(filter.program(), (int) snaplen), options)) {
      context.progress("capturing on " + name + ", Ctrl-C ends");
      capture(port, new FramePrinter(context, port), count, Duration.ofSeconds(seconds));
      CaptureStatistics statistics = port.statistics();
      if (statistics.dropped() > 0) {
        context.progress(statistics.dropped() + " frames dropped: this reader is slow");
      }
    }
    return ExitStatus.OK;
  }

  private static PortOptions options(String name, String router) {
    PortOptions options = PortOptions.defaults().withVirtualRouter(router);
    return name.equals(Link.ANY) ? options : options.withPromiscuous();
  }

  private static void capture(
      PacketPort port, FramePrinter printer, long count, Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    long printed = 0;
    long left = duration.toNanos();
    while (printed < count && left > 0 && !printer.isClosed()) {
      Duration wait = left < LULL.toNanos() ? Duration.ofNanos(left) : LULL;
      Optional<Frame> frame = port.receive(wait);
      while (frame.isPresent()) {
        printer.print(frame.get());
        printed++;
        frame = printed < count ? port.receive(Duration.ZERO) : Optional.empty();
      }
      left = end - System.nanoTime();
    }
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
