package io.midplane.node;

import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.Nodes;
import io.midplane.xenstore.ServerAddress;
import io.midplane.xenstore.XenStore;
import io.midplane.xenstore.XenStoreSettings;
import io.midplane.xenstore.wire.XenStoreException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * A client command for XenStore. Arguments, output and exit status are those of the {@code
 * xenstore-*} tool of the same name, so whatever goes wrong the status is 1.
 */
abstract class StoreCommand implements Command {
  private static final String XENBUS = "--xenbus";
  private static final String LOG_SETTINGS = "logback.configurationFile";

  private final String name;
  private final String summary;
  private final String words;

  /**
   * A command.
   *
   * @param words what its operands are called in the help
   */
  StoreCommand(String name, String summary, String words) {
    this.name = name;
    this.summary = summary;
    this.words = words;
  }

  /** A request was answered with an error; the message is what the tool would say. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String summary() {
    return summary;
  }

  @Override
  public final int usageStatus() {
    return ExitStatus.FAILED;
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder(XENBUS)
            .type(Path.class)
            .paramLabel("PATH")
            .description("The XenBus device to speak through, instead of a socket.")
            .build());
    flag(spec, "-s", null, "Does nothing, as with the tools: a socket is used if there is one.");
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0..*")
            .arity("0..*")
            .type(String[].class)
            .paramLabel(words)
            .description("Paths are absolute, or below the caller's home.")
            .build());
  }

  static void flag(CommandSpec spec, String letter, @Nullable String longName, String description) {
    OptionSpec.Builder option =
        longName == null ? OptionSpec.builder(letter) : OptionSpec.builder(letter, longName);
    spec.addOption(option.description(description).build());
  }

  @Override
  public final int run(ParseResult line, CommandContext context) {
    List<String> operands = List.of(line.matchedPositionalValue(0, new String[0]));
    check(line, operands);
    XenStoreSettings settings = XenStoreSettings.defaults().address(address(line, context));
    logQuietly();
    var results = new StoreOutput(context);
    try (XenStore store = XenStore.connect(settings)) {
      return run(store, line, operands, results);
    } catch (Refused refused) {
      results.flush();
      context.err().println("midplane: " + refused.getMessage());
    } catch (MidplaneException failure) {
      results.flush();
      context.report(failure);
    }
    return ExitStatus.FAILED;
  }

  /** Refuses operands that do not fit; by default it wants one at least. */
  void check(ParseResult line, List<String> operands) {
    if (operands.isEmpty()) {
      throw wrong(line, "no " + words + " (expected: one at least)");
    }
  }

  /** Does it; throws {@link Refused} to end with status 1 and a message. */
  abstract int run(XenStore store, ParseResult line, List<String> operands, StoreOutput out);

  /** One piece of work, in a transaction of its own if it touches more than one thing. */
  static void perform(
      XenStore store, boolean inTransaction, StoreOutput out, Consumer<Nodes> work) {
    if (inTransaction) {
      store.transaction(transaction -> {
        out.clear();
        work.accept(transaction);
      });
    } else {
      work.accept(store);
    }
    out.flush();
  }

  /** Runs a request whose error the tools report without its reason. */
  static <T> T granted(Supplier<T> request, String otherwise) {
    try {
      return request.get();
    } catch (MidplaneException failure) {
      throw refused(failure, otherwise);
    }
  }

  static void done(Runnable request, String otherwise) {
    try {
      request.run();
    } catch (MidplaneException failure) {
      throw refused(failure, otherwise);
    }
  }

  private static RuntimeException refused(MidplaneException failure, String otherwise) {
    return switch (failure.code()) {
      case UNREACHABLE, CALLEE_DIED, TIMED_OUT, CLOSED, PROTOCOL_VIOLATION -> failure;
      default -> new Refused(otherwise);
    };
  }

  /** An error in the words of the C library. */
  static String words(MidplaneException failure) {
    String error =
        failure instanceof XenStoreException answer ? answer.errorName().text() : "EINVAL";
    return switch (error) {
      case "ENOENT" -> "No such file or directory";
      case "EACCES" -> "Permission denied";
      case "EPERM" -> "Operation not permitted";
      case "EINVAL" -> "Invalid argument";
      case "ENOSPC" -> "No space left on device";
      case "E2BIG" -> "Argument list too long";
      default -> error;
    };
  }

  static ParameterException wrong(ParseResult line, String message) {
    return new ParameterException(line.commandSpec().commandLine(), message);
  }

  private static ServerAddress address(ParseResult line, CommandContext context) {
    Path device = line.matchedOptionValue(XENBUS, null);
    Path socket = context.givenSocket();
    if (device != null && socket != null) {
      throw wrong(line, "--socket and --xenbus (expected: one of them)");
    }
    if (device != null) {
      return new ServerAddress.XenBus(device);
    }
    if (socket != null) {
      return ServerAddress.at(socket);
    }
    return ServerAddress.of(
        context.environment(), System.getProperty("os.name", ""), Files::exists);
  }

  /** Results have standard output for themselves; read when the first logger is made. */
  static void logQuietly() {
    if (System.getProperty(LOG_SETTINGS) == null) {
      System.setProperty(LOG_SETTINGS, "io/midplane/node/logback-xenstore.xml");
    }
  }

  /** The number a text begins with, as C reads it; 0 if it begins with none. */
  static int leadingNumber(String text) {
    var digits = new ByteArrayOutputStream();
    for (byte b : text.strip().getBytes(StandardCharsets.US_ASCII)) {
      boolean isSign = digits.size() == 0 && (b == '-' || b == '+');
      if (!isSign && (b < '0' || b > '9')) {
        break;
      }
      digits.write(b);
    }
    try {
      return Integer.parseInt(digits.toString(StandardCharsets.US_ASCII));
    } catch (NumberFormatException none) {
      return 0;
    }
  }
}
