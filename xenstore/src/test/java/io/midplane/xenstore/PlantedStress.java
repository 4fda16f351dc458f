package io.midplane.xenstore;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A fault that the stress runs have to find, or they would find none. */
public final class PlantedStress {
  private PlantedStress() {}

  /** What {@link PendingStress.EndsOnce} asks, of an end that looks first and sets then. */
  @JCStressTest
  @State
  @Outcome(
      id = {"true, false", "false, true"},
      expect = ACCEPTABLE,
      desc = "one of them")
  @Outcome(expect = FORBIDDEN, desc = "both, or neither")
  public static class EndsTwice {
    private Object outcome;

    private boolean end(Object how) {
      if (outcome != null) {
        return false;
      }
      outcome = how;
      return true;
    }

    @Actor
    public void reader(ZZ_Result result) {
      result.r1 = end("answer");
    }

    @Actor
    public void deadline(ZZ_Result result) {
      result.r2 = end("timeout");
    }
  }
}
