package io.midplane.benchmarks;

import io.midplane.benchmarks.Measurement.Peer;
import io.midplane.gateways.Gateway;
import io.midplane.gateways.Group;
import io.midplane.gateways.rsync.Rsync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A tree of 2 000 files of 4 KiB to a worker over popen, Java to Java and Python to Python in turn:
 * to a folder that is not there yet, then to the same folder again. In memory: a disk makes a file
 * slower than either of the two.
 */
final class RsyncCase implements Case {
  private static final int FOLDERS = 40;
  private static final int FILES = 50;
  private static final int SIZE = 4096;
  private static final int RUNS = 31;
  private static final int WARM_UP = 8;

  private static final String SCRIPT =
      """
      import execnet, time
      gateway = execnet.Group().makegateway("popen")
      def work(number):
          times = []
          for kind in ("cold", "unchanged"):
              start = time.perf_counter()
              rsync = execnet.RSync(%1$s, verbose=False)
              rsync.add_target(gateway, %2$s + str(number))
              rsync.send()
              times.append(str(time.perf_counter() - start))
          return " ".join(times)
      """;

  @Override
  public String name() {
    return "rsync";
  }

  @Override
  public String about() {
    return "2 000 files of 4 KiB to a worker over popen, then once more unchanged";
  }

  @Override
  public String target() {
    return "at most 1 x execnet's";
  }

  @Override
  public List<Measurement> measure(Effort effort) throws Exception {
    int runs = effort.isQuick() ? 1 : RUNS;
    double[][] ours = new double[2][runs];
    double[][] theirs = new double[2][runs];
    try (Folder folder = Folder.inMemory();
        Group group = Group.open();
        PythonExecnet python = PythonExecnet.start(script(folder.path()))) {
      Path source = folder.path().resolve("source");
      write(source, effort.isQuick() ? 1 : FOLDERS);
      Gateway gateway = group.makeGateway("popen");
      for (int run = effort.isQuick() ? 0 : -WARM_UP; run < runs; run++) {
        Path destination = folder.path().resolve("ours" + run);
        double cold = send(source, gateway, destination);
        double unchanged = send(source, gateway, destination);
        String[] answer = python.work(run).split(" ", -1);
        if (run >= 0) {
          ours[0][run] = cold;
          ours[1][run] = unchanged;
          theirs[0][run] = 1000 * Double.parseDouble(answer[0]);
          theirs[1][run] = 1000 * Double.parseDouble(answer[1]);
        }
        new Folder(destination).close();
        new Folder(folder.path().resolve("theirs" + run)).close();
      }
    }
    return List.of(figure("cold", ours[0], theirs[0]), figure("unchanged", ours[1], theirs[1]));
  }

  private static String script(Path folder) {
    return SCRIPT.formatted(
        "'" + folder.resolve("source") + "'", "'" + folder.resolve("theirs") + "'");
  }

  private Measurement figure(String kind, double[] ours, double[] theirs) {
    return new Measurement(
        GatewaysSuite.NAME,
        name() + "-" + kind,
        Unit.MILLISECONDS,
        Series.of(ours),
        new Peer(PythonExecnet.NAME, Series.of(theirs)));
  }

  private static double send(Path source, Gateway gateway, Path destination) {
    long start = System.nanoTime();
    var unused = new Rsync(source).addTarget(gateway, destination.toString(), false).send();
    return Unit.MILLISECONDS.of(System.nanoTime() - start);
  }

  private static void write(Path source, int folders) throws IOException {
    for (int folder = 0; folder < folders; folder++) {
      Path path = Files.createDirectories(source.resolve("d" + folder));
      for (int file = 0; file < FILES; file++) {
        byte[] content = new byte[SIZE];
        Arrays.fill(content, (byte) (folder * FILES + file));
        Files.write(path.resolve("f" + file), content);
      }
    }
  }
}
