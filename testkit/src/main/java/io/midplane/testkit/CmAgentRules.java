package io.midplane.testkit;

import static io.midplane.testkit.CmSubject.checkRefused;
import static io.midplane.testkit.CmSubject.fault;
import static io.midplane.testkit.CmSubject.key;

import io.midplane.actors.Midplane;
import io.midplane.protocol.Row;
import io.midplane.protocol.TableInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;

/** Checks the rules of a {@link CmAgentContract}, one method each, in a runtime of its own. */
final class CmAgentRules {

  private final CmAgentContract contract;
  private final Midplane midplane;

  private CmAgentRules(CmAgentContract contract, Midplane midplane) {
    this.contract = contract;
    this.midplane = midplane;
  }

  static CmAgentRules of(CmAgentContract contract, Midplane midplane) {
    return new CmAgentRules(contract, midplane);
  }

  private CmSubject start() throws Exception {
    contract.startDependencies(midplane);
    return CmSubject.start(contract, midplane, "onGenerateDefault");
  }

  private CmSubject startWithRows() throws Exception {
    CmSubject subject = start();
    subject.setAll();
    return subject;
  }

  void checkStart() throws Exception {
    start().tables();
  }

  void checkRoundTrip() throws Exception {
    CmSubject subject = startWithRows();
    checkSaveAndLoad(subject);
  }

  void checkDeletedStaysDeleted() throws Exception {
    CmSubject subject = startWithRows();
    subject.deleteAll();
    checkSaveAndLoad(subject);
  }

  private static void checkSaveAndLoad(CmSubject subject) {
    Map<String, List<Row>> before = subject.contents(subject.persistentTables());
    subject.save();
    CmSubject anew = subject.startAnew();
    Map<String, List<Row>> after = anew.contents(anew.persistentTables());
    before.forEach((table, rows) -> {
      if (!rows.equals(after.get(table))) {
        throw fault(
            ("B7: table %s after save and load: %s (expected: %s, as before the save; create"
                    + " defaults in onGenerateDefault only, and answer every row to a save)")
                .formatted(table, after.get(table), rows));
      }
    });
  }

  void checkSave() throws Exception {
    CmSubject subject = startWithRows();
    subject.save();
    subject.setAll();
    subject.save();
  }

  void checkFailedSave() throws Exception {
    CmSubject subject = startWithRows();
    boolean dirty = subject.isDirty();
    Path file = fileThatCannotBeReplaced("unwritable");

    if (subject.saveFails("unwritable") == null) {
      throw new IllegalStateException(file + " did not make the save fail");
    }

    subject.checkReady("after a save that failed");
    if (subject.isDirty() != dirty) {
      throw fault("B6: dirty is off after a save that failed (expected: as before it)");
    }
    subject.setAll();
    Files.delete(file.resolve("in-the-way"));
    Files.delete(file);
    subject.save();
  }

  /** Where the saved configuration would be put, there is a folder. */
  private Path fileThatCannotBeReplaced(String name) throws IOException {
    Path data = midplane.dataDirectory().orElseThrow();
    Path file = Files.createDirectories(data.resolve("config").resolve(name + ".cfg"));
    Files.createFile(file.resolve("in-the-way"));
    return file;
  }

  void checkUnknownRow() throws Exception {
    CmSubject subject = start();
    for (TableInfo table : subject.tables()) {
      List<Row> defaults = subject.walk(table);
      for (Row row : subject.rows(table)) {
        if (defaults.stream().noneMatch(it -> CmSubject.isSameKey(table, it, row))) {
          Row key = CmSubject.keyColumns(table, row);
          String what = "get %s %s, which was never set,".formatted(table.name(), key);
          checkRefused("B8", what, subject.getRefusal(table, row));
        }
      }
    }
  }

  void checkSetAndGet() throws Exception {
    CmSubject subject = start();
    for (TableInfo table : subject.tables()) {
      for (Row row : subject.rows(table)) {
        subject.set(table, row);
        Row got = subject.get(table, row);
        row.asMap().forEach((column, value) -> checkColumn(table, got, column, value));
      }
      for (Row row : subject.rows(table)) {
        Row got = subject.get(table, row);
        if (!subject.walk(table).contains(got)) {
          throw fault(
              "B8: get %s answers %s, the walk another row (expected: the same)"
                  .formatted(table.name(), got));
        }
      }
    }
  }

  /** Text may have been given for a column of another type. */
  private static void checkColumn(TableInfo table, Row got, String column, Object value) {
    Object now = got.get(column);
    boolean same =
        Objects.equals(now, value) || value instanceof String && value.equals(String.valueOf(now));
    if (!same) {
      throw fault(
          "B8: %s.%s of %s is %s after it was set to %s (expected: what was set)"
              .formatted(table.name(), column, CmSubject.keyColumns(table, got), now, value));
    }
  }

  void checkWalk() throws Exception {
    CmSubject subject = startWithRows();
    for (TableInfo table : subject.tables()) {
      new CmWalkRules(subject, table).checkOrder(subject.rows(table));
    }
  }

  void checkEmptyWalk() throws Exception {
    CmSubject subject = start();
    subject.deleteAll();
    List<TableInfo> empty =
        subject.tables().stream().filter(table -> subject.walk(table).isEmpty()).toList();
    Assumptions.assumeFalse(
        empty.isEmpty(), "no table can be emptied: there are defaults and no operation delete");
    for (TableInfo table : empty) {
      new CmWalkRules(subject, table).checkEmpty(subject.rows(table));
    }
  }

  void checkWalkAmidChanges() throws Exception {
    CmSubject subject = start();
    for (TableInfo table : subject.tables()) {
      new CmWalkRules(subject, table).checkAmidChanges(subject.rows(table));
    }
  }

  void checkRefusals() throws Exception {
    CmSubject subject = startWithRows();
    subject.save();
    Map<String, List<Row>> before = subject.contents(subject.tables());
    for (TableInfo table : subject.tables()) {
      for (Row row : subject.refusedRows(table)) {
        String what = "set %s %s".formatted(table.name(), row);
        checkRefused("B12", what, subject.setRefusal(table, row));
        Map<String, List<Row>> after = subject.contents(subject.tables());
        if (!after.equals(before)) {
          throw fault(
              "B12: %s was refused and left %s (expected: %s; check() must not change anything)"
                  .formatted(what, after, before));
        }
        checkClean(subject, "B13", what + ", which was refused");
      }
    }
  }

  void checkDirty() throws Exception {
    CmSubject subject = startWithRows();
    for (TableInfo table : subject.tables()) {
      subject.save();
      checkClean(subject, "B14", "a save");
      for (Row row : subject.rows(table)) {
        subject.get(table, row);
        checkClean(subject, "B13", "get " + table.name());
      }
      subject.walk(table);
      checkClean(subject, "B13", "a walk of " + table.name());
      if (table.persistent()) {
        checkDirtyAfterChanges(subject, table);
      }
    }
    subject.save();
    checkClean(subject.startAnew(), "B13", "a load");
  }

  private static void checkDirtyAfterChanges(CmSubject subject, TableInfo table) {
    Row row = subject.rows(table).getLast();
    subject.set(table, row);
    checkDirty(subject, "set %s %s".formatted(table.name(), row));
    if (subject.canDelete(table)) {
      subject.save();
      subject.delete(table, row);
      checkDirty(subject, "op %s delete".formatted(table.name()));
      subject.set(table, row);
    }
  }

  private static void checkDirty(CmSubject subject, String after) {
    if (!subject.isDirty()) {
      throw fault(
          "B13: dirty is off after %s (expected: on, or nobody would save it; leave context.dirty() alone)"
              .formatted(after));
    }
  }

  private static void checkClean(CmSubject subject, String rule, String after) {
    if (subject.isDirty()) {
      throw fault("%s: dirty is on after %s (expected: off)".formatted(rule, after));
    }
  }

  /** Everything an agent can be asked, once: a blocking call in the wrong place shows anywhere. */
  void checkBlocking() throws Exception {
    CmSubject subject = startWithRows();
    for (TableInfo table : subject.tables()) {
      subject.rows(table).forEach(row -> subject.get(table, row));
      subject.walk(table);
    }
    subject.save();
    subject.startAnew().deleteAll();
  }
}
