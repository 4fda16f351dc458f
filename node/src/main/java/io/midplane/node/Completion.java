package io.midplane.node;

import io.midplane.protocol.ColumnInfo;
import io.midplane.protocol.SavedConfiguration;
import io.midplane.protocol.TableInfo;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What can stand next in a command line: commands, options, tables, their operations and columns,
 * and saved configurations. Immutable; the suppliers ask the node each time.
 */
record Completion(
    CommandLine root, Supplier<List<TableInfo>> tables, Supplier<List<SavedConfiguration>> saved) {

  /**
   * The words that can stand behind some others, one that begins like {@code begun} among them if
   * there is one.
   */
  List<String> of(List<String> before, String begun) {
    CommandLine at = root;
    int depth = 0;
    for (String word : before) {
      CommandLine next = at.getSubcommands().get(word);
      if (next == null) {
        break;
      }
      at = next;
      depth++;
    }
    List<String> behind = before.subList(depth, before.size());
    if (begun.startsWith("-")) {
      return at.getCommandSpec().options().stream()
          .filter(option -> !option.hidden())
          .map(OptionSpec::longestName)
          .toList();
    }
    if (!at.getSubcommands().isEmpty()) {
      return behind.isEmpty() ? List.copyOf(at.getSubcommands().keySet()) : List.of();
    }
    return arguments(at.getCommandSpec().qualifiedName(" "), behind);
  }

  private List<String> arguments(String command, List<String> behind) {
    return switch (command) {
      case "midplane cm get", "midplane cm set", "midplane cm walk", "midplane cm op" ->
          behind.isEmpty()
              ? tables.get().stream().map(TableInfo::name).toList()
              : table(behind.getFirst())
                  .map(table -> within(command, table, behind))
                  .orElse(List.of());
      case "midplane config use", "midplane config save", "midplane config diff" -> savedNames();
      case "midplane config show" -> isLast(behind, "--saved") ? savedNames() : List.of();
      default -> List.of();
    };
  }

  private List<String> within(String command, TableInfo table, List<String> behind) {
    return switch (command) {
      case "midplane cm get" -> columns(table.key(), behind);
      case "midplane cm walk" ->
          isLast(behind, "--after") ? columns(table.key(), behind) : List.of();
      case "midplane cm op" ->
          behind.size() == 1 ? table.operations() : columns(table.columns(), behind);
      default -> columns(table.columns(), behind);
    };
  }

  private static List<String> columns(List<ColumnInfo> columns, List<String> given) {
    return columns.stream()
        .map(column -> column.name() + "=")
        .filter(column -> given.stream().noneMatch(word -> word.startsWith(column)))
        .toList();
  }

  private Optional<TableInfo> table(String name) {
    return tables.get().stream().filter(table -> table.name().equals(name)).findAny();
  }

  private List<String> savedNames() {
    return saved.get().stream().map(SavedConfiguration::name).toList();
  }

  private static boolean isLast(List<String> words, String word) {
    return !words.isEmpty() && words.getLast().equals(word);
  }
}
