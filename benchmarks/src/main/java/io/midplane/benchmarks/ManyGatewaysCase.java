package io.midplane.benchmarks;

import io.midplane.benchmarks.Measurement.Peer;
import io.midplane.gateways.Gateway;
import io.midplane.gateways.Group;
import io.midplane.gateways.worker.Channel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A hundred gateways over popen, each of which ran a task and then has nothing to do: the CPU time
 * that one took until then, at both ends, and the memory its worker holds.
 */
final class ManyGatewaysCase implements Case {
  private static final int GATEWAYS = 100;
  private static final int RUNS = 5;
  private static final double TICK_MILLIS = 10;
  private static final double KIB_PER_MIB = 1024;

  private static final String SCRIPT =
      """
      import execnet
      group = execnet.Group()
      def work(gateways):
          if gateways == 0:
              group.terminate(5)
          for i in range(gateways):
              channel = group.makegateway("popen").remote_exec("channel.send(channel.receive())")
              channel.send(1)
              channel.receive()
          return 0
      """;

  /** Of the workers, each: CPU time in milliseconds, memory in mebibytes. */
  private record Use(double cpu, double resident, double proportional) {}

  @Override
  public String name() {
    return "many";
  }

  @Override
  public String about() {
    return "a hundred popen gateways that ran a task: CPU and memory of one";
  }

  @Override
  public String target() {
    return "at most 40 MiB resident; stated beside execnet's";
  }

  @Override
  public List<Measurement> measure(Effort effort) throws Exception {
    int gateways = effort.isQuick() ? 2 : GATEWAYS;
    Use[] ours = new Use[effort.isQuick() ? 1 : RUNS];
    Use[] theirs = new Use[ours.length];
    try (PythonExecnet python = PythonExecnet.start(SCRIPT)) {
      for (int run = 0; run < ours.length; run++) {
        ours[run] = ours(gateways);
        theirs[run] = theirs(gateways, python);
      }
    }
    return List.of(
        figure(
            "cpu",
            Unit.MILLISECONDS,
            Stream.of(ours).mapToDouble(Use::cpu).toArray(),
            Stream.of(theirs).mapToDouble(Use::cpu).toArray()),
        figure(
            "resident",
            Unit.MEBIBYTES,
            Stream.of(ours).mapToDouble(Use::resident).toArray(),
            Stream.of(theirs).mapToDouble(Use::resident).toArray()),
        figure(
            "proportional",
            Unit.MEBIBYTES,
            Stream.of(ours).mapToDouble(Use::proportional).toArray(),
            Stream.of(theirs).mapToDouble(Use::proportional).toArray()));
  }

  private Measurement figure(String kind, Unit unit, double[] ours, double[] theirs) {
    return new Measurement(
        GatewaysSuite.NAME,
        name() + "-" + kind,
        unit,
        Series.of(ours),
        new Peer(PythonExecnet.NAME, Series.of(theirs)));
  }

  private static Use ours(int gateways) throws IOException {
    try (Group group = Group.open()) {
      double before = cpuMillis(ProcessHandle.current());
      for (int i = 0; i < gateways; i++) {
        Gateway gateway = group.makeGateway("popen");
        Channel channel = gateway.remoteExec(GatewayTasks::echoOnce);
        channel.send(1);
        channel.receive();
      }
      double here = cpuMillis(ProcessHandle.current()) - before;
      List<ProcessHandle> workers =
          group.gateways().stream().map(each -> each.process().orElseThrow()).toList();
      return use(workers, here);
    }
  }

  private static Use theirs(int gateways, PythonExecnet python) throws IOException {
    double before = cpuMillis(python.handle());
    python.work(gateways);
    double there = cpuMillis(python.handle()) - before;
    Use use = use(python.handle().children().toList(), there);
    python.work(0);
    return use;
  }

  private static Use use(List<ProcessHandle> workers, double cpuOfCaller) throws IOException {
    double cpu = cpuOfCaller;
    double resident = 0;
    double proportional = 0;
    for (ProcessHandle worker : workers) {
      cpu += cpuMillis(worker);
      List<String> memory = Files.readAllLines(proc(worker, "smaps_rollup"));
      resident += mebibytes(memory, "Rss:");
      proportional += mebibytes(memory, "Pss:");
    }
    int count = workers.size();
    return new Use(cpu / count, resident / count, proportional / count);
  }

  /** In its own code and the kernel's. */
  private static double cpuMillis(ProcessHandle process) throws IOException {
    String stat = Files.readString(proc(process, "stat"));
    String[] behindName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return TICK_MILLIS * (Long.parseLong(behindName[11]) + Long.parseLong(behindName[12]));
  }

  private static double mebibytes(List<String> memory, String key) {
    String line = memory.stream().filter(each -> each.startsWith(key)).findFirst().orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", "")) / KIB_PER_MIB;
  }

  private static Path proc(ProcessHandle process, String file) {
    return Path.of("/proc", Long.toString(process.pid()), file);
  }
}
