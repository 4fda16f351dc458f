package io.midplane.testkit.xenstore;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A stream of requests from a seed: mostly sensible ones on a small tree, so that they meet, some
 * that are wrong. It knows which transactions are open, as it is told every answer.
 */
final class RandomRequests {

  /** A request on one of the connections. */
  record Step(int connection, String line) {
    boolean isInTransaction() {
      return line.indexOf('@') > 0 && line.indexOf('@') < line.indexOf(' ');
    }

    String type() {
      return line.split("[@ ]", 2)[0];
    }

    /** The transaction's id; empty outside. */
    String transaction() {
      return isInTransaction() ? line.substring(line.indexOf('@') + 1, line.indexOf(' ')) : "";
    }

    String payload() {
      return line.substring(line.indexOf(' ') + 1);
    }

    /** Whether it may change nodes that all see. */
    boolean mayChange() {
      return switch (type()) {
        case "WRITE", "MKDIR", "RM", "SET_PERMS" -> !isInTransaction();
        case "TRANSACTION_END", "RELEASE", "RESET_WATCHES" -> true;
        default -> false;
      };
    }
  }

  private static final List<String> NAMES = List.of("a", "b", "c", "Long-name_9", "@x");
  private static final List<String> WRONG =
      List.of("//", "/a/", "/a//b", "/a b", "", "/\u00e9", "@foo", "/a\n");
  private static final List<String> PERMISSIONS =
      List.of("n0|", "r0|", "b0|", "n5|", "n0|r5|", "n0|b5|", "b5|n0|", "n0|w5|", "n7|r5|", "x|");
  private static final int MOST_TRANSACTIONS = 3;

  private final SplittableRandom random;
  private final List<List<String>> open = new ArrayList<>();
  private final int connections;

  RandomRequests(long seed, int connections) {
    this.random = new SplittableRandom(seed);
    this.connections = connections;
    for (int i = 0; i < connections; i++) {
      open.add(new ArrayList<>());
    }
  }

  Step next() {
    int connection = random.nextInt(connections);
    List<String> transactions = open.get(connection);
    String within =
        transactions.isEmpty() || random.nextInt(3) == 0
            ? ""
            : "@" + transactions.get(random.nextInt(transactions.size()));
    return new Step(connection, line(transactions, within));
  }

  private String line(List<String> transactions, String within) {
    int choice = random.nextInt(100);
    if (choice < 22) {
      return "WRITE" + within + " " + path() + "|" + value();
    } else if (choice < 38) {
      return "READ" + within + " " + path() + "|";
    } else if (choice < 46) {
      return "DIRECTORY" + within + " " + path() + "|";
    } else if (choice < 52) {
      return "MKDIR" + within + " " + path() + "|";
    } else if (choice < 59) {
      return "RM" + within + " " + path() + "|";
    } else if (choice < 65) {
      return "SET_PERMS" + within + " " + path() + "|" + pick(PERMISSIONS);
    } else if (choice < 69) {
      return "GET_PERMS" + within + " " + path() + "|";
    } else if (choice < 76) {
      return "WATCH " + path() + "|" + token();
    } else if (choice < 80) {
      return "UNWATCH " + path() + "|" + token();
    } else if (choice < 85 && transactions.size() < MOST_TRANSACTIONS) {
      return "TRANSACTION_START |";
    } else if (choice < 92 && !within.isEmpty()) {
      return "TRANSACTION_END" + within + (random.nextInt(5) == 0 ? " F|" : " T|");
    }
    return rare(within);
  }

  private String rare(String within) {
    return switch (random.nextInt(11)) {
      case 0 -> "RESET_WATCHES |";
      case 1 -> "GET_DOMAIN_PATH " + random.nextInt(9) + "|";
      case 2 -> "IS_DOMAIN_INTRODUCED " + random.nextInt(9) + "|";
      case 3 -> "DIRECTORY_PART" + within + " " + path() + "|" + random.nextInt(12) + "|";
      case 4 -> "TRANSACTION_END@4711 T|";
      case 5 -> "WATCH_EVENT /a|t|";
      case 6 -> "WRITE" + within + " " + path() + "|" + "x".repeat(2100);
      case 7 -> "READ@4711 " + path() + "|";
      case 8 -> "WATCH " + pick(List.of("@introduceDomain", "@releaseDomain")) + "|" + token();
      case 9 -> "SET_TARGET 5|" + random.nextInt(9) + "|";
      default -> "CONTROL check|";
    };
  }

  private String path() {
    if (random.nextInt(25) == 0) {
      return pick(WRONG);
    }
    var path = new StringBuilder();
    int depth = random.nextInt(1, 4);
    for (int i = 0; i < depth; i++) {
      path.append('/').append(pick(NAMES));
    }
    return switch (random.nextInt(12)) {
      case 0 -> path.substring(1);
      case 1 -> "/local/domain/5" + path;
      case 2 -> "/";
      default -> path.toString();
    };
  }

  private String value() {
    return random.nextInt(4) == 0 ? "" : "v" + random.nextInt(50);
  }

  private String token() {
    return "t" + random.nextInt(3) + "|";
  }

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }

  /** Tells it what came of a step. */
  void answered(Step step, String answer) {
    List<String> transactions = open.get(step.connection());
    if (answer.startsWith("!")) {
      if (step.type().equals("TRANSACTION_END") && !answer.equals("!EINVAL")) {
        transactions.remove(step.transaction());
      }
      return;
    }
    switch (step.type()) {
      case "TRANSACTION_START" -> transactions.add(answer.replace("|", ""));
      case "TRANSACTION_END" -> transactions.remove(step.transaction());
      case "RESET_WATCHES" -> transactions.clear();
      default -> {}
    }
  }

  /** The open transactions of a connection. */
  List<String> open(int connection) {
    return List.copyOf(open.get(connection));
  }
}
