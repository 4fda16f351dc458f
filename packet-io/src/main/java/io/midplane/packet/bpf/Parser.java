package io.midplane.packet.bpf;

import io.midplane.packet.bpf.Primitives.Direction;
import io.midplane.packet.bpf.Token.Kind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads expressions of tcpdump. {@code and} and {@code or} bind alike, from left to right; what
 * stands behind {@code vlan} is looked for behind a tag, to the end of the expression; an address
 * or number alone inherits the words before the last one.
 */
final class Parser {
  static final int MAX_LENGTH = 20_000;

  /** About what fits into a program; also bounds the depth of the tree, and so the stack. */
  static final int MAX_TESTS = 1000;

  private static final String TEST =
      "a test such as tcp, host, port, ether, vlan, less or len, or a comparison";

  private final Scanner in;
  private int tags;
  private int tests;

  /** What an address or number alone inherits; null where there is nothing to inherit. */
  private @Nullable Qualifiers inherited;

  private Parser(String text) {
    this.in = new Scanner(text);
  }

  /** What was read, how many tags what follows stands behind, and how many tests were read. */
  record Parsed(Expr expr, int tags, int tests) {}

  static Parsed parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new FilterSyntaxException(
          text, MAX_LENGTH, text.length() + " characters", "at most " + MAX_LENGTH);
    }
    if (text.isBlank()) {
      return new Parsed(new Expr.Constant(true), 0, 1);
    }
    Parser parser = new Parser(text);
    Expr expr = parser.expression();
    if (parser.in.peek().kind() != Kind.END) {
      throw parser.in.unexpected("and, or, or the end");
    }
    return new Parsed(expr, parser.tags, parser.tests);
  }

  private Expr expression() {
    Expr left = term();
    while (true) {
      if (in.take("and") || in.take("&&")) {
        left = Expr.and(left, term());
      } else if (in.take("or") || in.take("||")) {
        left = Expr.or(left, term());
      } else {
        return left;
      }
    }
  }

  private Expr term() {
    boolean negated = false;
    while (in.take("not") || in.take("!")) {
      negated = !negated;
    }
    Expr test = test();
    return negated ? Expr.not(test) : test;
  }

  private Expr test() {
    if (++tests > MAX_TESTS) {
      throw in.fault(in.peek(), "test number " + tests, "at most " + MAX_TESTS);
    }
    Numbers numbers = new Numbers(in, new Primitives(tags));
    if (numbers.beginHere()) {
      inherited = null;
      return numbers.comparison();
    }
    if (in.take("(")) {
      return parenthesis();
    }
    return switch (in.peek().kind()) {
      case NUMBER, RANGE, MAC, DOTTED, IP6, ESCAPED -> inheriting();
      case WORD -> worded();
      case SYMBOL, END -> throw in.unexpected(TEST);
    };
  }

  private Expr parenthesis() {
    Qualifiers before = inherited;
    in.enter();
    Expr inner = expression();
    in.leave();
    in.require(")");
    inherited = before;
    return inner;
  }

  private Expr inheriting() {
    if (inherited == null) {
      throw in.unexpected(TEST);
    }
    return inherited.of(in, new Primitives(tags));
  }

  private Expr worded() {
    Optional<Expr> single = single();
    if (single.isPresent()) {
      inherited = null;
      return single.get();
    }
    Token first = in.peek();
    Proto proto = Proto.named(first.text()).orElse(null);
    if (proto != null) {
      in.next();
      Optional<Expr> cast = cast(proto);
      if (cast.isPresent()) {
        inherited = null;
        return cast.get();
      }
    }
    Optional<Direction> direction = direction();
    Qualifiers.Type type = Qualifiers.Type.named(in.peek());
    if (type != null) {
      in.next();
    }
    if (direction.isEmpty() && type == null) {
      if (proto == null || proto.kind() == Proto.Kind.LINK) {
        throw in.unexpected(
            proto == null ? TEST : "host, src, dst, proto, broadcast, multicast or [");
      }
      inherited = null;
      return new Primitives(tags).proto(proto);
    }
    inherited = new Qualifiers(first, proto, direction.orElse(Direction.ANY), type);
    return in.take("(") ? parenthesis() : negatable();
  }

  private Expr negatable() {
    boolean negated = false;
    while (in.take("not") || in.take("!")) {
      negated = !negated;
    }
    return negated ? Expr.not(inheriting()) : inheriting();
  }

  /** Tests that take no protocol before them. */
  private Optional<Expr> single() {
    Token word = in.peek();
    return switch (word.text()) {
      case "less" -> Optional.of(Expr.not(length(Expr.Comparison.GREATER)));
      case "greater" -> Optional.of(length(Expr.Comparison.AT_LEAST));
      case "vlan" -> Optional.of(vlan());
      case "broadcast", "multicast" -> cast(Proto.ETHER);
      case "inbound" -> Optional.of(Expr.not(fact(Opcode.ANCILLARY_PACKET_TYPE, 4)));
      case "outbound" -> Optional.of(fact(Opcode.ANCILLARY_PACKET_TYPE, 4));
      case "ifindex" -> {
        in.next();
        yield Optional.of(
            TagRewriting.kernel(
                Opcode.ANCILLARY_IFINDEX, -1, in.number("an interface number", Integer.MAX_VALUE)));
      }
      default -> Optional.empty();
    };
  }

  private Expr fact(int ancillary, int value) {
    in.next();
    return TagRewriting.kernel(ancillary, -1, value);
  }

  private Expr length(Expr.Comparison comparison) {
    in.next();
    int bytes = in.number("a length", Integer.MAX_VALUE);
    return Primitives.relation(
        new Expr.Arithmetic.Length(), comparison, new Expr.Arithmetic.Number(bytes), false);
  }

  private Expr vlan() {
    in.next();
    Expr test = new Expr.Tag(tags);
    if (in.peek().kind() == Kind.NUMBER) {
      test = Expr.and(test, new Expr.TagId(tags, in.number("vlan id", 0xfff)));
    }
    tags++;
    return test;
  }

  private Optional<Expr> cast(Proto proto) {
    Primitives primitives = new Primitives(tags);
    Token word = in.peek();
    boolean broadcast = word.is("broadcast");
    if (!broadcast && !word.is("multicast")) {
      return Optional.empty();
    }
    Expr test =
        switch (proto) {
          case ETHER, LINK -> broadcast ? primitives.etherBroadcast() : primitives.etherMulticast();
          case IP -> broadcast ? primitives.ipBroadcast() : primitives.ipMulticast();
          case IP6 -> {
            if (broadcast) {
              throw in.unexpected("multicast");
            }
            yield primitives.ip6Multicast();
          }
          default -> throw in.unexpected("ether, ip or ip6 before it");
        };
    in.next();
    return Optional.of(test);
  }

  private Optional<Direction> direction() {
    boolean source = in.peek().is("src");
    if (!source && !in.peek().is("dst")) {
      return Optional.empty();
    }
    in.next();
    boolean joined = in.peek(1).is(source ? "dst" : "src");
    if (joined && (in.peek().is("or") || in.peek().is("and"))) {
      boolean both = in.next().is("and");
      in.next();
      return Optional.of(both ? Direction.BOTH : Direction.ANY);
    }
    return Optional.of(source ? Direction.SOURCE : Direction.DESTINATION);
  }
}
