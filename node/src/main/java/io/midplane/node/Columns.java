package io.midplane.node;

import io.midplane.protocol.Row;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Rows as the command line writes them: KEY=VALUE. The node reads the texts as the columns' types.
 */
final class Columns {
  private static final String LABEL = "KEY=VALUE";

  private Columns() {}

  /** Declares the parameters from a position on as columns. */
  static void declare(CommandSpec spec, int from, String arity, String description) {
    spec.addPositional(
        PositionalParamSpec.builder()
            .index(from + "..*")
            .arity(arity)
            .required(!arity.startsWith("0"))
            .type(String[].class)
            .paramLabel(LABEL)
            .description(description)
            .build());
  }

  /** Declares one parameter that is no column. */
  static void declareWord(
      CommandSpec spec, int at, String arity, String label, String description) {
    spec.addPositional(
        PositionalParamSpec.builder()
            .index(Integer.toString(at))
            .arity(arity)
            .required(!arity.startsWith("0"))
            .type(String.class)
            .paramLabel(label)
            .description(description)
            .build());
  }

  static String word(ParseResult line, int at) {
    return line.<String>matchedPositionalValue(at, "");
  }

  static Row parse(ParseResult line, int at) {
    return parse(line, List.of(line.matchedPositionalValue(at, new String[0])));
  }

  static Row parse(ParseResult line, List<String> texts) {
    Row.Builder row = Row.builder();
    Set<String> seen = new HashSet<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      if (equals < 1) {
        throw wrong(line, "\"" + text + "\" (expected: " + LABEL + ")");
      }
      String column = text.substring(0, equals);
      if (!seen.add(column)) {
        throw wrong(line, "column " + column + " given twice (expected: once)");
      }
      row.put(column, text.substring(equals + 1));
    }
    return row.build();
  }

  private static ParameterException wrong(ParseResult line, String message) {
    return new ParameterException(line.commandSpec().commandLine(), message);
  }
}
