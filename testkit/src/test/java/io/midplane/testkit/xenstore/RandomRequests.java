package io.midplane.testkit.xenstore;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A stream of requests from a seed: mostly sensible ones on a small tree, so that they meet, some
 * that are wrong.
 */
final class RandomRequests {

  /**
   * A request on one of the connections.
   *
   * @param transaction the number of the transaction within the stream, whatever id the server
   *     gives it; 0 outside, {@link #UNKNOWN} for one that was never begun
   */
  record Step(int connection, String type, int transaction, String payload) {
    static final int UNKNOWN = -1;

    boolean begins() {
      return type.equals("TRANSACTION_START");
    }

    boolean ends() {
      return type.equals("TRANSACTION_END");
    }

    /** Whether it may change nodes that all see. */
    boolean mayChange() {
      return switch (type) {
        case "WRITE", "MKDIR", "RM", "SET_PERMS" -> transaction == 0;
        case "TRANSACTION_END" -> true;
        default -> false;
      };
    }

    @Override
    public String toString() {
      String shown = payload.replaceAll("x{100,}", "x…");
      return connection + ": " + type + (transaction == 0 ? "" : "@" + transaction) + " " + shown;
    }
  }

  private static final List<String> NAMES = List.of("a", "b", "c", "Long-name_9", "@x");
  private static final List<String> WRONG =
      List.of("//", "/a/", "/a//b", "/a b", "", "/\u00e9", "@foo", "/a\n");
  private static final List<String> PERMISSIONS =
      List.of("n0|", "r0|", "b0|", "n5|", "n0|r5|", "n0|b5|", "b5|n0|", "n0|w5|", "n7|r5|", "x|");
  private static final int MOST_TRANSACTIONS = 3;

  private final SplittableRandom random;
  private final int connections;
  private final List<List<Integer>> open = new ArrayList<>();
  private int begun;

  RandomRequests(long seed, int connections) {
    this.random = new SplittableRandom(seed);
    this.connections = connections;
    for (int i = 0; i < connections; i++) {
      open.add(new ArrayList<>());
    }
  }

  Step next() {
    int connection = random.nextInt(connections);
    List<Integer> transactions = open.get(connection);
    int within =
        transactions.isEmpty() || random.nextInt(3) == 0
            ? 0
            : transactions.get(random.nextInt(transactions.size()));
    int choice = random.nextInt(100);
    if (choice < 5 && transactions.size() < MOST_TRANSACTIONS) {
      transactions.add(++begun);
      return new Step(connection, "TRANSACTION_START", begun, "|");
    }
    if (choice < 12 && within != 0) {
      transactions.remove((Integer) within);
      return new Step(connection, "TRANSACTION_END", within, random.nextInt(5) == 0 ? "F|" : "T|");
    }
    return request(connection, within, choice);
  }

  private Step request(int connection, int within, int choice) {
    if (choice < 34) {
      return new Step(connection, "WRITE", within, path() + "|" + value());
    } else if (choice < 50) {
      return new Step(connection, "READ", within, path() + "|");
    } else if (choice < 58) {
      return new Step(connection, "DIRECTORY", within, path() + "|");
    } else if (choice < 64) {
      return new Step(connection, "MKDIR", within, path() + "|");
    } else if (choice < 71) {
      return new Step(connection, "RM", within, path() + "|");
    } else if (choice < 77) {
      return new Step(connection, "SET_PERMS", within, path() + "|" + pick(PERMISSIONS));
    } else if (choice < 81) {
      return new Step(connection, "GET_PERMS", within, path() + "|");
    } else if (choice < 88) {
      return new Step(connection, "WATCH", 0, path() + "|" + token());
    } else if (choice < 92) {
      return new Step(connection, "UNWATCH", 0, path() + "|" + token());
    }
    return rare(connection, within);
  }

  private Step rare(int connection, int within) {
    return switch (random.nextInt(11)) {
      case 0 -> {
        open.get(connection).clear();
        yield new Step(connection, "RESET_WATCHES", 0, "|");
      }
      case 1 -> new Step(connection, "GET_DOMAIN_PATH", 0, random.nextInt(9) + "|");
      case 2 -> new Step(connection, "IS_DOMAIN_INTRODUCED", 0, random.nextInt(9) + "|");
      case 3 ->
          new Step(connection, "DIRECTORY_PART", within, path() + "|" + random.nextInt(12) + "|");
      case 4 -> new Step(connection, "TRANSACTION_END", Step.UNKNOWN, "T|");
      case 5 -> new Step(connection, "WATCH_EVENT", 0, "/a|t|");
      case 6 -> new Step(connection, "WRITE", within, path() + "|" + "x".repeat(2100));
      case 7 -> new Step(connection, "READ", Step.UNKNOWN, path() + "|");
      case 8 ->
          new Step(
              connection,
              "WATCH",
              0,
              pick(List.of("@introduceDomain", "@releaseDomain")) + "|" + token());
      case 9 -> new Step(connection, "SET_TARGET", 0, "5|" + random.nextInt(9) + "|");
      default -> new Step(connection, "CONTROL", 0, "check|");
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

  /** Forgets the transactions that are open. */
  void forgetTransactions() {
    open.forEach(List::clear);
  }
}
