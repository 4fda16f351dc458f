package io.midplane.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * A case of nanoseconds, measured by JMH in a JVM of its own; each of its iterations is a run.
 *
 * @param method the benchmark's method
 * @param parameters values of its parameters, by name
 */
record JmhCase(
    String suite,
    String name,
    String about,
    String target,
    Class<?> type,
    String method,
    Map<String, String> parameters)
    implements Case {

  @Override
  public List<Measurement> measure(Effort effort) throws Exception {
    // Its lock keeps two runs on a machine apart; in one call of ours they follow each other.
    System.setProperty("jmh.ignoreLock", "true");
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + type.getName().replace(".", "\\.") + "\\." + method + "$")
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true)
            .forks(effort.isQuick() ? 0 : 1)
            .warmupIterations(5)
            .warmupTime(TimeValue.milliseconds(effort.warmUp().toMillis() / 5))
            .measurementIterations(effort.rounds() / 3)
            .measurementTime(TimeValue.milliseconds(5 * effort.round().toMillis()));
    parameters.forEach(options::param);
    Collection<RunResult> results = new Runner(options.build()).run();
    double[] nanos =
        results.stream()
            .flatMap(result -> result.getBenchmarkResults().stream())
            .flatMap(result -> result.getIterationResults().stream())
            .map(IterationResult::getPrimaryResult)
            .mapToDouble(result -> result.getScore())
            .toArray();
    return List.of(new Measurement(suite, name, Unit.NANOSECONDS, Series.of(nanos), null));
  }
}
