package io.midplane.examples.demo;

import io.midplane.node.Command;
import io.midplane.node.CommandContext;
import io.midplane.node.ExitStatus;
import java.io.PrintStream;
import java.nio.file.Path;
import picocli.CommandLine.ParseResult;

/**
 * {@code midplane demo}: a node configured, saved, killed, restarted and still configured; a watch
 * of XenStore.
 */
final class DemoCommand implements Command {

  private static final String LOG_SETTINGS = "logback.configurationFile";

  @Override
  public String name() {
    return "demo";
  }

  @Override
  public String summary() {
    return "Shows in a minute what Midplane does, in a private folder.";
  }

  @Override
  public int run(ParseResult line, CommandContext context) throws Exception {
    logQuietly();
    PrintStream out = context.textOut();
    Path folder = PrivateFolder.create();
    try (var node = new DemoNode(folder)) {
      new Demo(out, node, folder).run();
      out.println("demo: ok");
      return ExitStatus.OK;
    } catch (DemoFailedException failed) {
      context.err().println("demo: " + failed.getMessage());
      return ExitStatus.FAILED;
    } finally {
      PrivateFolder.delete(folder);
    }
  }

  /** Logback reads this when the first logger is made, which the demo's own runtime does. */
  private static void logQuietly() {
    if (System.getProperty(LOG_SETTINGS) == null) {
      System.setProperty(LOG_SETTINGS, "io/midplane/examples/demo/logback.xml");
    }
  }
}
