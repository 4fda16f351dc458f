package io.midplane.gateways;

import io.midplane.gateways.Launch.Step;
import io.midplane.gateways.worker.ExecutionModel;
import io.midplane.gateways.worker.Greeting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a spec says about the program to start. */
final class Launches {
  private static final String PYTHON = "python3";
  private static final String HERE =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  /** A worker is small, and should begin soon rather than run at its best. */
  static final List<String> JVM =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xss512k");

  private final XSpec spec;
  private final String workerId;
  private final String model;
  private final WorkerStore store;

  private Launches(XSpec spec, String id, String model, WorkerStore store) {
    this.spec = spec;
    this.workerId = id + "-worker";
    this.model = model;
    this.store = store;
  }

  /**
   * How to begin the far end of a spec that starts a process.
   *
   * @param model the execution model it is to have
   */
  static Launch of(XSpec spec, String id, String model, WorkerStore store) {
    Launches launches = new Launches(spec, id, model, store);
    boolean here = spec.has("popen") && !spec.has("via");
    if (spec.has("ssh") || spec.has("vagrant_ssh")) {
      return launches.throughShell();
    }
    if (spec.isPython()) {
      return launches.python(here ? spec.environment() : Map.of());
    }
    return here ? launches.javaHere() : launches.javaShipped();
  }

  /** How a Java worker is greeted that runs already. */
  static Launch greeted(String id, String model) {
    Step step = greeting(id + "-worker", model);
    return new Launch(List.of(), Map.of(), List.of(step), FarSide.JAVA, false);
  }

  private static Step greeting(String workerId, String model) {
    Greeting greeting = new Greeting(workerId, ExecutionModel.of(model), true);
    return new Step(greeting.line(), (char) Greeting.ANSWER);
  }

  private Launch python(Map<String, String> environment) {
    return new Launch(pythonArguments(), environment, pythonSteps(), FarSide.PYTHON, false);
  }

  private List<String> pythonArguments() {
    List<String> arguments = new ArrayList<>(ShellWords.of(spec.get("python").orElse(PYTHON)));
    arguments.add("-u");
    if (spec.has("dont_write_bytecode")) {
      arguments.add("-B");
    }
    arguments.add("-c");
    arguments.add(isStock() ? PythonText.installedWorker(workerId, model) : PythonText.ONE_LINER);
    return List.copyOf(arguments);
  }

  private List<Step> pythonSteps() {
    byte[] line = isStock() ? new byte[0] : PythonText.workerLine(workerId, model);
    return List.of(new Step(line, (char) Greeting.ANSWER));
  }

  private boolean isStock() {
    return spec.get("worker").filter("execnet"::equals).isPresent();
  }

  private Launch javaHere() {
    List<String> arguments = new ArrayList<>();
    String java = spec.get("java").orElse(HERE);
    arguments.add(java);
    arguments.addAll(JVM);
    if (java.equals(HERE)) {
      arguments.addAll(store.startUpOptions());
    }
    arguments.addAll(ShellWords.of(spec.get("jvm").orElse("")));
    arguments.add("-jar");
    arguments.add(store.jar().toString());
    return new Launch(
        List.copyOf(arguments), spec.environment(), List.of(greeting()), FarSide.JAVA, false);
  }

  private Step greeting() {
    return greeting(workerId, model);
  }

  /** Where the worker is not installed: it comes first, by the shell, then begins. */
  private Launch javaShipped() {
    return new Launch(List.of("sh", "-c", script()), Map.of(), shippedSteps(), FarSide.JAVA, false);
  }

  private List<Step> shippedSteps() {
    return List.of(new Step(store.bytes(), '+'), greeting());
  }

  private String script() {
    String word = ShellWords.quote(spec.get("java").orElse("java"));
    StringBuilder java = new StringBuilder(word);
    for (String option : JVM) {
      java.append(' ').append(option);
    }
    for (String option : ShellWords.of(spec.get("jvm").orElse(""))) {
      java.append(' ').append(ShellWords.quote(option));
    }
    return PythonText.resource("ship.sh")
        .lines()
        .filter(line -> !line.startsWith("#"))
        .reduce("", (whole, line) -> whole.isEmpty() ? line : whole + "\n" + line)
        .replace("@SIZE@", Integer.toString(store.bytes().length))
        .replace("@JAVA_WORD@", word)
        .replace("@JAVA@", java);
  }

  private Launch throughShell() {
    List<String> arguments = new ArrayList<>();
    if (spec.has("ssh")) {
      arguments.addAll(List.of("ssh", "-C"));
    } else {
      arguments.addAll(
          List.of("vagrant", "ssh", spec.get("vagrant_ssh").orElseThrow(), "--", "-C"));
    }
    spec.get("ssh_config").ifPresent(file -> arguments.addAll(List.of("-F", file)));
    spec.get("ssh").ifPresent(words -> arguments.addAll(List.of(words.strip().split("\\s+"))));
    arguments.add(spec.isPython() ? pythonCommand() : script());
    return new Launch(
        List.copyOf(arguments),
        Map.of(),
        spec.isPython() ? pythonSteps() : shippedSteps(),
        spec.isPython() ? FarSide.PYTHON : FarSide.JAVA,
        true);
  }

  /** The shell there splits {@code python=} itself. */
  private String pythonCommand() {
    String code = isStock() ? PythonText.installedWorker(workerId, model) : PythonText.ONE_LINER;
    String unwritten = spec.has("dont_write_bytecode") ? " -B" : "";
    return spec.get("python").orElse(PYTHON) + unwritten + " -c \"" + code + "\"";
  }
}
