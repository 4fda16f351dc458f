package io.midplane.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.actors.EventId;
import io.midplane.actors.Midplane;
import io.midplane.cm.Change;
import io.midplane.cm.CmAgent;
import io.midplane.cm.CmContext;
import io.midplane.cm.CmEvent;
import io.midplane.cm.Configuration;
import io.midplane.cm.Declaration;
import io.midplane.cm.Key;
import io.midplane.cm.MemoryTable;
import io.midplane.protocol.Row;
import io.midplane.testkit.VlanAgent.Vlan;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each rule of the contract is broken once on purpose, and the contract says so. */
class CmAgentContractTest {

  /** An agent that keeps the rules, but for what a fixture overrides. */
  private static class Vlans extends CmAgent {
    final MemoryTable<Vlan> rows;

    Vlans(MemoryTable<Vlan> rows) {
      this.rows = rows;
    }

    @Override
    protected void declare(Declaration cm) {
      cm.table(VlanAgent.VLANS, rows).persistent();
    }
  }

  /** A table that keeps the rules, but for what a fixture overrides. */
  private static class Rows extends MemoryTable<Vlan> {
    Rows() {
      super(VlanAgent.VLANS);
    }

    boolean idIsTaken(Vlan row) {
      return rows().stream().anyMatch(it -> it.id() == row.id() && !it.name().equals(row.name()));
    }
  }

  /** What the fixtures have in common. */
  private abstract static class Broken implements CmAgentContract {
    MemoryTable<Vlan> table() {
      return new Rows();
    }

    @Override
    public CmAgent agent() {
      return new Vlans(table());
    }

    @Override
    public List<Row> rows(String table) {
      return List.of(
          Row.of("name", "blue", "id", 7, "ports", List.of("1:1")),
          Row.of("name", "green", "id", 8),
          Row.of("name", "amber", "id", 9));
    }

    @Override
    public List<Row> refusedRows(String table) {
      return List.of(Row.of("name", "red", "id", 7));
    }
  }

  @MidplaneTest(config = "midplane.agents.ready-timeout = 500ms")
  static class IsNeverReady extends Broken {
    @Override
    public CmAgent agent() {
      return new Vlans(new Rows()) {
        @Override
        protected void onGenerateDefault(CmEvent event) {}
      };
    }
  }

  @Test
  void shouldReportAnAgentThatIsNeverReady() {
    assertReported(
        IsNeverReady.class,
        "shouldBecomeReadyWhenNothingIsSaved",
        "B2: a start through onGenerateDefault failed: ",
        "call event.ready()");
  }

  @MidplaneTest(config = "midplane.agents.ready-timeout = 4s")
  static class IsNotReadyAfterALoad extends Broken {
    @Override
    public CmAgent agent() {
      return new Vlans(new Rows()) {
        @Override
        protected void onLoadComplete(CmEvent event) {}
      };
    }
  }

  @Test
  void shouldReportAnAgentThatIsNotReadyAfterALoad() {
    assertReported(
        IsNotReadyAfterALoad.class,
        "shouldLoadWhatWasSaved",
        "B2: a start through onLoadStart, sets and onLoadComplete failed: ");
  }

  static class LosesARowInASave extends Broken {
    @Override
    MemoryTable<Vlan> table() {
      return new Rows() {
        @Override
        public @Nullable Vlan getNext(CmContext context, @Nullable Key after) throws Exception {
          return super.getNext(context, after == null && context.isSave() ? Key.of("b") : after);
        }
      };
    }
  }

  @Test
  void shouldReportARowThatIsLostInASave() {
    assertReported(
        LosesARowInASave.class,
        "shouldLoadWhatWasSaved",
        "B7: table vlan after save and load: [{name=blue",
        "(expected: [{name=amber");
  }

  static class BringsDefaultsBack extends Broken {
    @Override
    public CmAgent agent() {
      return new Vlans(new Rows()) {
        @Override
        protected void onGenerateDefault(CmEvent event) {
          rows.put(new Vlan("standard", 1, List.of()));
          event.ready();
        }

        @Override
        protected void onLoadComplete(CmEvent event) {
          onGenerateDefault(event);
        }
      };
    }
  }

  @Test
  void shouldReportDefaultsThatComeBackWithALoad() {
    assertReported(
        BringsDefaultsBack.class,
        "shouldNotBringBackWhatWasDeleted",
        "B7: table vlan after save and load: [{name=standard",
        "(expected: [], as before the save; create defaults in onGenerateDefault only");
  }

  static class FailsAfterASave extends Broken {
    @Override
    public CmAgent agent() {
      return new Vlans(new Rows()) {
        @Override
        protected void onSaveComplete(CmEvent event) {
          throw new IllegalStateException("save_complete failed");
        }
      };
    }
  }

  @Test
  void shouldReportAnAgentThatFailsAfterASave() {
    assertReported(
        FailsAfterASave.class,
        "shouldServeAfterASave",
        "B6: after a save the agent is FAIL: ",
        "save_complete failed");
  }

  static class WaitsForASaveToSucceed extends Broken {
    @Override
    public CmAgent agent() {
      return new Vlans(
          new Rows() {
            @Override
            public void check(CmContext context, Change<Vlan> change) {
              if (locked) {
                throw context.raiseError("locked");
              }
            }
          }) {
        @Override
        protected void onSaveStart(CmEvent event) {
          locked = true;
          event
              .midplane()
              .events()
              .subscribe(
                  EventId.of("config", "saved"),
                  (saved, once) -> {
                    locked = false;
                    once.close();
                  });
        }
      };
    }

    private volatile boolean locked;
  }

  @Test
  void shouldReportAnAgentThatForgetsThatASaveCanFail() {
    assertReported(
        WaitsForASaveToSucceed.class,
        "shouldServeAfterASaveThatFailed",
        "B8: set vlan ",
        "failed: locked (expected: accepted");
  }

  static class InventsRows extends Broken {
    @Override
    MemoryTable<Vlan> table() {
      return new Rows() {
        @Override
        public Vlan get(CmContext context, Key key) {
          return row(key.text(0)).orElse(new Vlan(key.text(0), 1, List.of()));
        }
      };
    }
  }

  @Test
  void shouldReportARowThatIsInvented() {
    assertReported(
        InventsRows.class,
        "shouldRefuseToGetAnUnknownRow",
        "B8: get vlan {name=blue}, which was never set, was answered (expected: an error)");
  }

  static class StumblesOverUnknownRows extends Broken {
    @Override
    MemoryTable<Vlan> table() {
      return new Rows() {
        @Override
        public Vlan get(CmContext context, Key key) {
          return row(key.text(0)).orElseThrow();
        }
      };
    }
  }

  @Test
  void shouldReportAHandlerThatStumblesOverUnknownRows() {
    assertReported(
        StumblesOverUnknownRows.class,
        "shouldRefuseToGetAnUnknownRow",
        "which was never set, broke the handler: ",
        "NoSuchElementException",
        "return null or call raiseError");
  }

  static class ForgetsAColumn extends Broken {
    @Override
    MemoryTable<Vlan> table() {
      return new Rows() {
        @Override
        public void apply(CmContext context, Change<Vlan> change) {
          put(new Vlan(change.after().name(), change.after().id(), List.of()));
        }
      };
    }
  }

  @Test
  void shouldReportAColumnThatIsForgotten() {
    assertReported(
        ForgetsAColumn.class,
        "shouldGetWhatWasSet",
        "B8: vlan.ports of {name=blue} is [] after it was set to [1:1]");
  }

  static class WalksInOrderOfCreation extends Broken {
    @Override
    MemoryTable<Vlan> table() {
      List<String> order = new ArrayList<>();
      return new Rows() {
        @Override
        public void apply(CmContext context, Change<Vlan> change) throws Exception {
          super.apply(context, change);
          order.add(change.after().name());
        }

        @Override
        public @Nullable Vlan getNext(CmContext context, @Nullable Key after) throws Exception {
          int next = after == null ? 0 : order.indexOf(after.text(0)) + 1;
          if (next < order.size() - 1) {
            context.more();
          }
          return next < order.size() ? row(order.get(next)).orElseThrow() : null;
        }
      };
    }
  }

  @Test
  void shouldReportAWalkOutOfOrder() {
    assertReported(WalksInOrderOfCreation.class, "shouldWalkInOrder", "B9: ", "vlan", "amber");
  }

  static class NeverSaysMore extends Broken {
    @Override
    MemoryTable<Vlan> table() {
      return new Rows() {
        @Override
        public @Nullable Vlan getNext(CmContext context, @Nullable Key after) throws Exception {
          return rows().stream()
              .filter(row -> after == null || row.name().compareTo(after.text(0)) > 0)
              .findFirst()
              .orElse(null);
        }
      };
    }
  }

  @Test
  void shouldReportThatMoreIsNotSaid() {
    assertReported(
        NeverSaysMore.class,
        "shouldWalkInOrder",
        "B9: walk of vlan: [amber], without blue (expected: every row; ",
        "call more() while one follows");
  }

  static class AlwaysSaysMore extends Broken {
    @Override
    MemoryTable<Vlan> table() {
      return new Rows() {
        @Override
        public @Nullable Vlan getNext(CmContext context, @Nullable Key after) throws Exception {
          Vlan next = super.getNext(context, after);
          if (next != null) {
            context.more();
          }
          return next;
        }
      };
    }
  }

  @Test
  void shouldReportThatMoreIsSaidAtTheEnd() {
    assertReported(
        AlwaysSaysMore.class,
        "shouldWalkInOrder",
        "B9: vlan: green was answered with more(), and no row follows");
  }

  static class StumblesOverAnEmptyTable extends Broken {
    @Override
    MemoryTable<Vlan> table() {
      return new Rows() {
        @Override
        public @Nullable Vlan getNext(CmContext context, @Nullable Key after) throws Exception {
          if (size() == 0) {
            throw new NoSuchElementException("no first row");
          }
          return super.getNext(context, after);
        }
      };
    }
  }

  @Test
  void shouldReportAHandlerThatStumblesOverAnEmptyTable() {
    assertReported(
        StumblesOverAnEmptyTable.class,
        "shouldWalkAnEmptyTable",
        "B9: walk vlan failed: ",
        "no first row");
  }

  static class NeedsTheRowItWalksFrom extends Broken {
    @Override
    MemoryTable<Vlan> table() {
      return new Rows() {
        @Override
        public @Nullable Vlan getNext(CmContext context, @Nullable Key after) throws Exception {
          boolean gone = after != null && row(after.text(0)).isEmpty();
          return gone ? null : super.getNext(context, after);
        }
      };
    }
  }

  @Test
  void shouldReportAWalkThatEndsWhereARowWasDeleted() {
    assertReported(
        NeedsTheRowItWalksFrom.class,
        "shouldWalkOnWhileRowsComeAndGo",
        "B9: walk of vlan while rows come and go: [blue] (expected: all of [green]");
  }

  static class StartsOver extends Broken {
    @Override
    MemoryTable<Vlan> table() {
      return new Rows() {
        @Override
        public @Nullable Vlan getNext(CmContext context, @Nullable Key after) throws Exception {
          boolean gone = after != null && row(after.text(0)).isEmpty();
          return super.getNext(context, gone ? null : after);
        }
      };
    }
  }

  @Test
  void shouldReportAWalkThatStartsOverWhereARowWasDeleted() {
    assertReported(StartsOver.class, "shouldWalkOnWhileRowsComeAndGo", "B9: getnext vlan after");
  }

  static class ChangesWhatItRefuses extends Broken {
    @Override
    MemoryTable<Vlan> table() {
      return new Rows() {
        @Override
        public void check(CmContext context, Change<Vlan> change) {
          put(change.after());
          if (idIsTaken(change.after())) {
            throw context.raiseError("id taken");
          }
        }
      };
    }
  }

  @Test
  void shouldReportARefusalThatChangesSomething() {
    assertReported(
        ChangesWhatItRefuses.class,
        "shouldChangeNothingWhenItRefuses",
        "B12: set vlan {name=red, id=7} was refused and left ",
        "check() must not change anything");
  }

  static class RefusesNothing extends Broken {}

  @Test
  void shouldReportARowThatShouldHaveBeenRefused() {
    assertReported(
        RefusesNothing.class,
        "shouldChangeNothingWhenItRefuses",
        "B12: set vlan {name=red, id=7} was answered (expected: an error)");
  }

  static class HidesItsChanges extends Broken {
    @Override
    MemoryTable<Vlan> table() {
      return new Rows() {
        @Override
        public void apply(CmContext context, Change<Vlan> change) throws Exception {
          super.apply(context, change);
          context.dirty(false);
        }
      };
    }
  }

  @Test
  void shouldReportAChangeThatIsNotDirty() {
    assertReported(
        HidesItsChanges.class, "shouldBeDirtyAfterAChangeOnly", "B13: dirty is off after set vlan");
  }

  static class IsDirtyByReading extends Broken {
    @Override
    MemoryTable<Vlan> table() {
      return new Rows() {
        @Override
        public @Nullable Vlan get(CmContext context, Key key) throws Exception {
          context.dirty(true);
          return super.get(context, key);
        }
      };
    }
  }

  @Test
  void shouldReportAReadThatIsDirty() {
    assertReported(
        IsDirtyByReading.class,
        "shouldBeDirtyAfterAChangeOnly",
        "B13: dirty is on after get vlan (expected: off)");
  }

  static class BlocksItsActor extends Broken {
    @Override
    MemoryTable<Vlan> table() {
      return new Rows() {
        @Override
        public void apply(CmContext context, Change<Vlan> change) throws Exception {
          super.apply(context, change);
          Configuration.of(context.midplane()).get("vlan", "blue");
        }
      };
    }
  }

  @Test
  void shouldReportAnActionThatBlocksItsActor() {
    assertReported(
        BlocksItsActor.class,
        "shouldBlockOnlyWhereItIsAsync",
        "T4: set vlan ",
        "made a blocking call where isAsync() is false: deadlock L0");
  }

  static class BlocksInAnEvent extends Broken {
    @Override
    public CmAgent agent() {
      return new Vlans(new Rows()) {
        @Override
        protected void onLoadComplete(CmEvent event) {
          event.ready();
          Configuration.of(event.midplane()).selected();
        }
      };
    }
  }

  @Test
  void shouldReportAnEventThatBlocksItsActor() {
    assertReported(
        BlocksInAnEvent.class,
        "shouldBlockOnlyWhereItIsAsync",
        "T4: a start through onLoadStart, sets and onLoadComplete made a blocking call");
  }

  static class OwnsNothing extends Broken {
    @Override
    public CmAgent agent() {
      return new CmAgent() {
        @Override
        protected void declare(Declaration cm) {}
      };
    }
  }

  @Test
  void shouldReportAnAgentWithoutTables() {
    assertReported(
        OwnsNothing.class,
        "shouldBecomeReadyWhenNothingIsSaved",
        "the agent declares no table (expected: one at least)");
  }

  static class GivesNoRows extends Broken {
    @Override
    public List<Row> rows(String table) {
      return List.of();
    }
  }

  @Test
  void shouldReportAContractWithoutRows() {
    assertReported(
        GivesNoRows.class,
        "shouldLoadWhatWasSaved",
        "rows(\"vlan\"): none (expected: some, for it is persistent)");
  }

  private static void assertReported(Class<?> fixture, String rule, String... words) {
    assertThat(FixtureRun.of(fixture, rule, Midplane.class).failure())
        .isInstanceOf(AssertionError.class)
        .message()
        .contains(words);
  }
}
