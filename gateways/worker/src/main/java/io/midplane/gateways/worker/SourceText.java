package io.midplane.gateways.worker;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Java source as somebody sends it: a compilation unit with a public class, or imports and
 * statements, which get a class around them. Lines keep their numbers.
 *
 * @param className the class with the main method
 * @param text a whole compilation unit
 * @param looksLikePython whether its author may have taken this for a Python worker
 */
record SourceText(String className, String text, boolean looksLikePython) {
  private static final String STATEMENTS = "Task";

  private static final Pattern PACKAGE =
      Pattern.compile("\\G(?:\\s|//[^\\n]*|/\\*(?s:.*?)\\*/)*package\\s+([\\w.]+)\\s*;");

  private static final Pattern IMPORT =
      Pattern.compile(
          "\\G(?:\\s|//[^\\n]*|/\\*(?s:.*?)\\*/)*import\\s+(?:static\\s+)?[\\w.]+(?:\\.\\*)?\\s*;");

  /** A type that is public, which none is among statements; the scan skips what is no code. */
  private static final Pattern PUBLIC_TYPE =
      Pattern.compile(
          "\"\"\"(?s:.*?)\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])*'|//[^\\n]*|/\\*(?s:.*?)\\*/"
              + "|\\bpublic\\s+(?:(?:final|abstract|sealed|non-sealed|strictfp)\\s+)*"
              + "(?:class|record|enum|interface)\\s+(\\w+)");

  /** A line as Java has none: a block that begins with a colon, an import or a call without end. */
  private static final Pattern PYTHON =
      Pattern.compile(
          "(?m)^\\s*(?:(?:def|class|for|if|with|try)\\b.*:|(?:import|from)"
              + " [^;]+|[\\w.]+\\(.*\\))\\s*$");

  /** The unit for what was sent. */
  static SourceText of(String sent) {
    Matcher matcher = PUBLIC_TYPE.matcher(sent);
    while (matcher.find()) {
      if (matcher.group(1) != null) {
        Matcher inPackage = PACKAGE.matcher(sent);
        String prefix = inPackage.find() ? inPackage.group(1) + "." : "";
        return new SourceText(prefix + matcher.group(1), sent, false);
      }
    }
    return new SourceText(STATEMENTS, withClass(sent), PYTHON.matcher(sent).find());
  }

  private static String withClass(String sent) {
    Matcher imports = IMPORT.matcher(sent);
    int end = 0;
    while (imports.find()) {
      end = imports.end();
    }
    return "import "
        + Channel.class.getName()
        + "; "
        + sent.substring(0, end)
        + " public final class "
        + STATEMENTS
        + " { public static void main(Channel channel) throws Exception { "
        + sent.substring(end)
        + "\n}}";
  }
}
