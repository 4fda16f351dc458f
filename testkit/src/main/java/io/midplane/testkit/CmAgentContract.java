package io.midplane.testkit;

import io.midplane.actors.Midplane;
import io.midplane.cm.CmAgent;
import io.midplane.protocol.Row;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The rules of configuration management, as tests of an agent: a test class that implements this
 * interface has them all.
 *
 * {@snippet :
 * class VlanAgentContractTest implements CmAgentContract {
 *   @Override
 *   public CmAgent agent() {
 *     return new VlanAgent();
 *   }
 *
 *   @Override
 *   public List<Row> rows(String table) {
 *     return List.of(Row.of("name", "blue", "id", 7), Row.of("name", "green", "id", 8));
 *   }
 * }
 * }
 *
 * <p>Each rule runs in a runtime of its own, as a {@link MidplaneTest}; the numbers are those of
 * {@code docs/behaviours/cm.md}. What the runtime itself sees to for every agent, the order of
 * events for instance, is not tested again here: these are the rules that an agent can break.
 */
@MidplaneTest
public interface CmAgentContract {

  /** A new agent, one at each call. */
  CmAgent agent();

  /**
   * Rows to set in a table, which the agent accepts in this order, on top of its defaults: three or
   * more with different keys, in any order; fewer test less. None for a table that is only read.
   */
  List<Row> rows(String table);

  /**
   * Rows that the agent itself has to refuse while {@link #rows} are set; none unless overridden.
   */
  default List<Row> refusedRows(String table) {
    return List.of();
  }

  /** The agent's tables, in an order in which their rows can be set; by name if none is given. */
  default List<String> tables() {
    return List.of();
  }

  /** The name that the agent is started under. */
  default String agentName() {
    return "subject";
  }

  /** Starts what the agent needs, the agents in its configDeps for instance. */
  default void startDependencies(Midplane midplane) throws Exception {}

  /** B2: with nothing saved, the default event makes the agent READY. */
  @Test
  @DisplayName("B2: becomes READY when nothing is saved")
  default void shouldBecomeReadyWhenNothingIsSaved(Midplane midplane) throws Exception {
    CmAgentRules.of(this, midplane).checkStart();
  }

  /** B2, B3, B7: an agent made anew loads what was saved, and that alone. */
  @Test
  @DisplayName("B7: a new agent loads the rows that were saved")
  default void shouldLoadWhatWasSaved(Midplane midplane) throws Exception {
    CmAgentRules.of(this, midplane).checkRoundTrip();
  }

  /** B2, B7: a row that was deleted before the save is not there after it. */
  @Test
  @DisplayName("B7: a new agent does not bring back what was deleted")
  default void shouldNotBringBackWhatWasDeleted(Midplane midplane) throws Exception {
    CmAgentRules.of(this, midplane).checkDeletedStaysDeleted();
  }

  /** B6: the agent serves and takes changes again after a save. */
  @Test
  @DisplayName("B6: serves on after a save")
  default void shouldServeAfterASave(Midplane midplane) throws Exception {
    CmAgentRules.of(this, midplane).checkSave();
  }

  /** B6: the agent serves and takes changes again after a save that failed. */
  @Test
  @DisplayName("B6: serves on after a save that failed")
  default void shouldServeAfterASaveThatFailed(Midplane midplane) throws Exception {
    CmAgentRules.of(this, midplane).checkFailedSave();
  }

  /** B8: a row that is not there is an error, not an answer. */
  @Test
  @DisplayName("B8: refuses to get a row that is not there")
  default void shouldRefuseToGetAnUnknownRow(Midplane midplane) throws Exception {
    CmAgentRules.of(this, midplane).checkUnknownRow();
  }

  /** B8: what was set is what is got. */
  @Test
  @DisplayName("B8: answers what was set")
  default void shouldGetWhatWasSet(Midplane midplane) throws Exception {
    CmAgentRules.of(this, midplane).checkSetAndGet();
  }

  /** B9: getnext answers every row once, in the order of the keys, and says more() truly. */
  @Test
  @DisplayName("B9: walks all rows in the order of their keys, more() as it is")
  default void shouldWalkInOrder(Midplane midplane) throws Exception {
    CmAgentRules.of(this, midplane).checkWalk();
  }

  /** B9: the walk of an empty table ends at once. */
  @Test
  @DisplayName("B9: walks an empty table")
  default void shouldWalkAnEmptyTable(Midplane midplane) throws Exception {
    CmAgentRules.of(this, midplane).checkEmptyWalk();
  }

  /** B9: rows that come and go during a walk cause no repetition and no endless loop. */
  @Test
  @DisplayName("B9: walks on while rows come and go")
  default void shouldWalkOnWhileRowsComeAndGo(Midplane midplane) throws Exception {
    CmAgentRules.of(this, midplane).checkWalkAmidChanges();
  }

  /** B12, B13: what is refused changes nothing. */
  @Test
  @DisplayName("B12: changes nothing when it refuses")
  default void shouldChangeNothingWhenItRefuses(Midplane midplane) throws Exception {
    CmAgentRules.of(this, midplane).checkRefusals();
  }

  /** B13, B14: dirty after a change, clean after a save, untouched by reads and by a load. */
  @Test
  @DisplayName("B13: is dirty after a change and after nothing else")
  default void shouldBeDirtyAfterAChangeOnly(Midplane midplane) throws Exception {
    CmAgentRules.of(this, midplane).checkDirty();
  }

  /** T4: no action and no event makes a blocking call where it has not been declared async. */
  @Test
  @DisplayName("T4: blocks only where it is declared async")
  default void shouldBlockOnlyWhereItIsAsync(Midplane midplane) throws Exception {
    CmAgentRules.of(this, midplane).checkBlocking();
  }
}
