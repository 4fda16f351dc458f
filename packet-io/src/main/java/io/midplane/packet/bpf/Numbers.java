package io.midplane.packet.bpf;

import static java.util.Objects.requireNonNull;

import io.midplane.packet.bpf.Expr.Arithmetic;
import io.midplane.packet.bpf.Expr.Comparison;
import io.midplane.packet.bpf.Token.Kind;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads comparisons of numbers: {@code ip[2:2] > 100}, {@code tcp[tcpflags] & tcp-syn != 0}. */
final class Numbers {
  private static final Map<String, Integer> NAMES =
      Map.ofEntries(
          Map.entry("tcpflags", 13),
          Map.entry("tcp-fin", 1),
          Map.entry("tcp-syn", 2),
          Map.entry("tcp-rst", 4),
          Map.entry("tcp-push", 8),
          Map.entry("tcp-ack", 16),
          Map.entry("tcp-urg", 32),
          Map.entry("tcp-ece", 64),
          Map.entry("tcp-cwr", 128),
          Map.entry("icmptype", 0),
          Map.entry("icmpcode", 1),
          Map.entry("icmp-echoreply", 0),
          Map.entry("icmp-unreach", 3),
          Map.entry("icmp-sourcequench", 4),
          Map.entry("icmp-redirect", 5),
          Map.entry("icmp-echo", 8),
          Map.entry("icmp-routeradvert", 9),
          Map.entry("icmp-routersolicit", 10),
          Map.entry("icmp-timxceed", 11),
          Map.entry("icmp-paramprob", 12),
          Map.entry("icmp-tstamp", 13),
          Map.entry("icmp-tstampreply", 14),
          Map.entry("icmp-ireq", 15),
          Map.entry("icmp-ireqreply", 16),
          Map.entry("icmp-maskreq", 17),
          Map.entry("icmp-maskreply", 18),
          Map.entry("icmp6type", 0),
          Map.entry("icmp6code", 1),
          Map.entry("icmp6-destinationrunreach", 1),
          Map.entry("icmp6-packettoobig", 2),
          Map.entry("icmp6-timeexceeded", 3),
          Map.entry("icmp6-parameterproblem", 4),
          Map.entry("icmp6-echo", 128),
          Map.entry("icmp6-echoreply", 129),
          Map.entry("icmp6-routersolicit", 133),
          Map.entry("icmp6-routeradvert", 134),
          Map.entry("icmp6-neighborsolicit", 135),
          Map.entry("icmp6-neighboradvert", 136),
          Map.entry("icmp6-redirect", 137));

  private static final Map<String, Integer> OPERATIONS =
      Map.of(
          "|",
          Opcode.OR,
          "&",
          Opcode.AND,
          "^",
          Opcode.XOR,
          "<<",
          Opcode.LSH,
          ">>",
          Opcode.RSH,
          "+",
          Opcode.ADD,
          "-",
          Opcode.SUB,
          "*",
          Opcode.MUL,
          "/",
          Opcode.DIV,
          "%",
          Opcode.MOD);

  private static final String[][] PRECEDENCE = {
    {"|", "&", "^"}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "%"}
  };

  private final Scanner in;
  private final Primitives primitives;

  Numbers(Scanner in, Primitives primitives) {
    this.in = in;
    this.primitives = primitives;
  }

  /** Whether a comparison begins here. */
  boolean beginHere() {
    Token token = in.peek();
    return in.beginsNumber()
        || token.is("len")
        || token.kind() == Kind.WORD
            && (NAMES.containsKey(token.text())
                || Proto.named(token.text()).isPresent() && in.peek(1).is("["));
  }

  /** A comparison. */
  Expr comparison() {
    Arithmetic left = number(0);
    Token operator = in.next();
    return switch (operator.kind() == Kind.SYMBOL ? operator.text() : "") {
      case "=", "==" -> Primitives.relation(left, Comparison.EQUAL, number(0), false);
      case "!=" -> Primitives.relation(left, Comparison.EQUAL, number(0), true);
      case ">" -> Primitives.relation(left, Comparison.GREATER, number(0), false);
      case "<=" -> Primitives.relation(left, Comparison.GREATER, number(0), true);
      case ">=" -> Primitives.relation(left, Comparison.AT_LEAST, number(0), false);
      case "<" -> Primitives.relation(left, Comparison.AT_LEAST, number(0), true);
      default -> throw in.fault(operator, operator.shown(), "=, !=, <, <=, > or >=");
    };
  }

  private Arithmetic number(int level) {
    if (level == PRECEDENCE.length) {
      return operand();
    }
    Arithmetic left = number(level + 1);
    while (true) {
      Token operator = operator(PRECEDENCE[level]);
      if (operator == null) {
        return left;
      }
      left = binary(operator, left, number(level + 1));
    }
  }

  private @Nullable Token operator(String[] symbols) {
    for (String symbol : symbols) {
      if (in.peek().is(symbol)) {
        return in.next();
      }
    }
    return null;
  }

  private Arithmetic binary(Token operator, Arithmetic left, Arithmetic right) {
    int operation = requireNonNull(OPERATIONS.get(operator.text()));
    if (right instanceof Arithmetic.Number(var value)) {
      boolean divides = operation == Opcode.DIV || operation == Opcode.MOD;
      if (divides && value == 0) {
        throw in.fault(operator, "division by 0", "another divisor");
      }
      boolean shifts = operation == Opcode.LSH || operation == Opcode.RSH;
      if (shifts && (value < 0 || value > 31)) {
        throw in.fault(operator, "shift by " + Integer.toUnsignedString(value), "0 to 31");
      }
      if (left instanceof Arithmetic.Number(var other)) {
        return new Arithmetic.Number(BpfMachine.compute(Opcode.ALU | operation, other, value));
      }
    }
    return new Arithmetic.Binary(operation, left, right);
  }

  private Arithmetic operand() {
    Token token = in.peek();
    if (token.kind() == Kind.NUMBER) {
      return new Arithmetic.Number((int) in.value(in.next()));
    }
    if (in.take("len")) {
      return new Arithmetic.Length();
    }
    if (in.take("(")) {
      return nested(")");
    }
    if (token.is("-")) {
      in.next();
      in.enter();
      Arithmetic negated = operand();
      in.leave();
      return binary(
          new Token(Kind.SYMBOL, "-", token.position()), new Arithmetic.Number(0), negated);
    }
    Optional<Proto> proto =
        token.kind() == Kind.WORD ? Proto.named(token.text()) : Optional.empty();
    if (proto.isPresent()) {
      in.next();
      return bytes(token, proto.get());
    }
    Integer named = token.kind() == Kind.WORD ? NAMES.get(token.text()) : null;
    if (named == null) {
      throw in.unexpected("a number, len, or bytes of a protocol such as ip[0]");
    }
    in.next();
    return new Arithmetic.Number(named);
  }

  private Arithmetic nested(String end) {
    in.enter();
    Arithmetic inner = number(0);
    in.leave();
    in.require(end);
    return inner;
  }

  private Arithmetic bytes(Token name, Proto proto) {
    in.require("[");
    Token first = in.peek();
    in.enter();
    Arithmetic index = number(0);
    in.leave();
    int width = 1;
    if (in.take(":")) {
      Token size = in.peek();
      width = in.number("a width", Integer.MAX_VALUE);
      if (width != 1 && width != 2 && width != 4) {
        throw in.fault(size, "width " + width, "1, 2 or 4");
      }
    }
    in.require("]");
    if (index instanceof Arithmetic.Number(var value) && (value < 0 || value > 0xffff)) {
      throw in.fault(first, "index " + value, "0 to 65535");
    }
    Arithmetic bytes = primitives.load(proto, index, width);
    if (bytes == null) {
      throw in.fault(
          name,
          "bytes of " + name.text(),
          "bytes of ether, ip, ip6, arp, tcp, udp, icmp or another header of fixed place");
    }
    return bytes;
  }
}
