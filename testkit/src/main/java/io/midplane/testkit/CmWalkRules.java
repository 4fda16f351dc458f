package io.midplane.testkit;

import static io.midplane.testkit.CmSubject.fault;

import io.midplane.cm.Key;
import io.midplane.cm.Page;
import io.midplane.protocol.Row;
import io.midplane.protocol.TableInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks what rule B9 says about the getnext of one table. */
final class CmWalkRules {

  private final CmSubject subject;
  private final TableInfo table;

  CmWalkRules(CmSubject subject, TableInfo table) {
    this.subject = subject;
    this.table = table;
  }

  /** Each row once, in order, with a true more(). */
  void checkOrder(List<Row> set) {
    List<Key> keys = new ArrayList<>();
    Key after = null;
    boolean more = true;
    while (more) {
      Page page = subject.next(table, after);
      more = page.more();
      if (page.rows().isEmpty()) {
        checkNotPromised(after);
        break;
      }
      Key key = checkedNext(after, page);
      keys.add(key);
      after = key;
      checkLength(keys, subject.walk(table).size());
    }
    for (Row row : set) {
      Key key = CmSubject.key(table, subject.get(table, row));
      if (!keys.contains(key)) {
        throw fault(
            ("B9: walk of %s: %s, without %s (expected: every row; answer the first row behind the"
                    + " key, and call more() while one follows)")
                .formatted(table.name(), keys, key));
      }
    }
    checkEnd(after);
  }

  private void checkNotPromised(@Nullable Key last) {
    if (last != null) {
      throw fault(
          "B9: %s: %s was answered with more(), and no row follows (expected: more() only while one follows)"
              .formatted(table.name(), last));
    }
  }

  /** Behind the last row is nothing, and the last row did not promise more. */
  private void checkEnd(@Nullable Key last) {
    Page beyond = subject.next(table, last);
    if (last != null && !beyond.rows().isEmpty()) {
      throw fault(
          "B9: %s: %s was answered without more(), and %s follows (expected: more() while a row follows)"
              .formatted(table.name(), last, beyond.rows().getFirst()));
    }
    checkNoMore(beyond);
  }

  /** An empty table. */
  void checkEmpty(List<Row> rows) {
    checkNoMore(subject.next(table, null));
    for (Row row : rows) {
      subject.set(table, row);
      Key key = CmSubject.key(table, subject.get(table, row));
      if (!subject.canDelete(table)) {
        return;
      }
      subject.delete(table, row);
      Page behind = subject.next(table, key);
      checkNoMore(behind);
    }
  }

  private void checkNoMore(Page page) {
    if (!page.rows().isEmpty() || page.more()) {
      throw fault(
          "B9: %s: getnext where no row follows: %s, more=%s (expected: null and no more())"
              .formatted(table.name(), page.rows(), page.more()));
    }
  }

  /** Rows are set and deleted before, at and behind the place the walk has come to. */
  void checkAmidChanges(List<Row> rows) {
    if (rows.isEmpty()) {
      return;
    }
    rows.subList(0, rows.size() - 1).forEach(row -> subject.set(table, row));
    Set<Key> stay = keys(subject.walk(table));
    int limit = 2 * (stay.size() + rows.size()) + 2;
    List<Key> seen = new ArrayList<>();
    Key after = null;
    for (Page page = subject.next(table, null);
        !page.rows().isEmpty();
        page = subject.next(table, after)) {
      after = checkedNext(after, page);
      seen.add(after);
      checkLength(seen, limit);
      change(seen.size(), rows, page.rows().getFirst(), stay);
    }
    if (!seen.containsAll(stay)) {
      throw fault(
          "B9: walk of %s while rows come and go: %s (expected: all of %s, which were there throughout)"
              .formatted(table.name(), seen, stay));
    }
  }

  private void change(int step, List<Row> rows, Row current, Set<Key> stay) {
    if (step == 1) {
      subject.set(table, rows.getLast());
    }
    boolean ours = rows.stream().anyMatch(row -> CmSubject.isSameKey(table, row, current));
    if (ours && subject.canDelete(table) && step <= 2) {
      subject.delete(table, current);
      stay.remove(CmSubject.key(table, current));
    }
    if (step == 2) {
      subject.set(table, rows.getFirst());
      stay.remove(CmSubject.key(table, subject.get(table, rows.getFirst())));
    }
  }

  private Set<Key> keys(List<Row> rows) {
    Set<Key> keys = new HashSet<>();
    rows.forEach(row -> keys.add(CmSubject.key(table, row)));
    return keys;
  }

  private Key checkedNext(@Nullable Key after, Page page) {
    Key key = CmSubject.key(table, page.rows().getFirst());
    if (after != null && key.compareTo(after) <= 0) {
      throw fault(
          "B9: %s: getnext after %s answered %s (expected: a greater key)"
              .formatted(table.name(), after, key));
    }
    return key;
  }

  private void checkLength(List<Key> seen, int limit) {
    if (seen.size() > limit) {
      throw fault(
          "B9: walk of %s does not end: %s (expected: at most %d rows)"
              .formatted(table.name(), seen, limit));
    }
  }
}
