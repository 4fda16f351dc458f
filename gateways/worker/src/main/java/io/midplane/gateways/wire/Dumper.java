package io.midplane.gateways.wire;

import io.midplane.calls.ErrorCode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes one value. Goes down into containers with a stack of its own, so that depth costs no stack
 * of the thread. Used once.
 */
final class Dumper {

  /** What a container is to Python, and the instruction that makes it, of its members or empty. */
  enum Kind {
    LIST(Op.NEW_LIST),
    DICT(Op.NEW_DICT),
    MAP(Op.NEW_DICT),
    TUPLE(Op.BUILD_TUPLE),
    SET(Op.SET),
    FROZEN_SET(Op.FROZEN_SET);

    private final byte operation;

    Kind(byte operation) {
      this.operation = operation;
    }

    byte operation() {
      return operation;
    }
  }

  private final Limits limits;
  private final boolean channels;
  private final int version;
  private final @Nullable Object value;
  private final Output out;

  /** The containers that are being written, innermost first, and how many there are. */
  private @Nullable Level innermost;

  private int depth;

  /**
   * A writer of one value.
   *
   * @param channels whether a channel may be in it
   * @param version for the first byte; none if it is 0
   */
  Dumper(Limits limits, boolean channels, int version, @Nullable Object value) {
    this.limits = limits;
    this.channels = channels;
    this.version = version;
    this.value = value;
    this.out = new Output(limits.maxBytes(), expected(version, value));
  }

  /** Bytes alone are often large, and then one array, made once, is all it takes. */
  private static int expected(int version, @Nullable Object value) {
    long length =
        value instanceof Bytes bytes
            ? bytes.length()
            : value instanceof byte[] array ? array.length : -1;
    int frame = (version == 0 ? 0 : 1) + 1 + Integer.BYTES + 1;
    return length < 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, length + frame);
  }

  /** The written form. */
  byte[] dump() {
    if (version != 0) {
      out.put((byte) version);
    }
    write(value);
    for (Level level = innermost; level != null; level = innermost) {
      if (go(level)) {
        innermost = level.end();
        depth--;
      }
    }
    out.put(Op.STOP);
    return out.toArray();
  }

  /** Goes on with a container until it is written, or until a container within it has to be. */
  private boolean go(Level level) {
    return switch (level.kind) {
      case LIST -> goList(level);
      case DICT -> goDict(level);
      case MAP -> goMap(level);
      case TUPLE, SET, FROZEN_SET -> goMembers(level);
    };
  }

  private boolean goList(Level level) {
    if (level.inner) {
      level.inner = false;
      out.put(Op.SET_ITEM);
    }
    while (level.next < level.count) {
      out.putInt(Op.INT, level.next);
      if (!write(level.nextElement())) {
        level.inner = true;
        return false;
      }
      out.put(Op.SET_ITEM);
    }
    return true;
  }

  private boolean goDict(Level level) {
    Dict dict = (Dict) Objects.requireNonNull(level.container);
    while (level.next < level.count) {
      if (!level.hasKey) {
        level.hasKey = true;
        if (!writeKey(dict.keyAt(level.next))) {
          return false;
        }
      }
      if (!level.inner && !write(dict.valueAt(level.next))) {
        level.inner = true;
        return false;
      }
      level.inner = false;
      level.hasKey = false;
      level.next++;
      out.put(Op.SET_ITEM);
    }
    return true;
  }

  private boolean goMap(Level level) {
    while (level.hasKey || level.hasEntry()) {
      if (!level.hasKey) {
        level.hasKey = true;
        level.nextEntry();
        if (!writeKey(level.entry().getKey())) {
          return false;
        }
      }
      if (!level.inner && !write(level.entry().getValue())) {
        level.inner = true;
        return false;
      }
      level.inner = false;
      level.hasKey = false;
      out.put(Op.SET_ITEM);
    }
    return true;
  }

  private boolean goMembers(Level level) {
    boolean keys = level.kind != Kind.TUPLE;
    while (level.next < level.count) {
      Object member = level.nextElement();
      if (!(keys ? writeKey(member) : write(member))) {
        return false;
      }
    }
    out.putInt(level.kind.operation(), level.count);
    return true;
  }

  private boolean writeKey(@Nullable Object key) {
    if (!(key instanceof String) && !Keys.isHashable(key)) {
      throw new DumpException(Keys.refusal(key));
    }
    return write(key);
  }

  /** Writes a value, or begins to if it is a container with something in it, and says false. */
  private boolean write(@Nullable Object value) {
    switch (value) {
      case String text -> out.putText(Op.PY3_STRING, text);
      case Integer number -> out.putInt(Op.INT, number);
      case null -> out.put(Op.NONE);
      case Boolean flag -> out.put(flag ? Op.TRUE : Op.FALSE);
      case Double number -> out.putDouble(Op.FLOAT, number);
      case Bytes bytes -> out.putBytes(bytes);
      case Long number -> writeLong(number);
      case byte[] bytes -> out.putBytes(Op.BYTES, bytes);
      default -> {
        return writeContainer(value);
      }
    }
    return true;
  }

  private boolean writeContainer(Object value) {
    return switch (value) {
      case Tuple tuple -> begin(Kind.TUPLE, tuple, tuple.size());
      case Dict dict -> begin(Kind.DICT, dict, dict.size());
      case List<?> list -> begin(Kind.LIST, list, list.size());
      case Map<?, ?> map -> begin(Kind.MAP, map, map.size());
      case FrozenSet set -> begin(Kind.FROZEN_SET, set, set.size());
      case Set<?> set -> begin(Kind.SET, set, set.size());
      default -> {
        writeRare(value);
        yield true;
      }
    };
  }

  private void writeRare(Object value) {
    switch (value) {
      case BigInteger number -> writeBig(number);
      case Short number -> out.putInt(Op.INT, number);
      case Byte number -> out.putInt(Op.INT, number);
      case Float number -> out.putDouble(Op.FLOAT, number);
      case Complex(double real, double imaginary) -> {
        out.putDouble(Op.COMPLEX, real);
        out.putLong(Double.doubleToRawLongBits(imaginary));
      }
      case ChannelValue channel when channels -> out.putInt(Op.CHANNEL, channel.id());
      default -> throw new DumpException(refusal(value));
    }
  }

  private static String refusal(Object value) {
    String type = value.getClass().getName();
    return value instanceof ChannelValue
        ? type + ": a channel has a meaning on its gateway only; send it through a channel"
        : "can't serialize "
            + type
            + " (expected: null, Boolean, a number, Complex, String, byte[], Bytes, List, Tuple,"
            + " Set, FrozenSet, Map)";
  }

  private void writeLong(long number) {
    if (number == (int) number) {
      out.putInt(Op.INT, (int) number);
    } else {
      out.putBytes(Op.LONG_INT, Long.toString(number).getBytes(StandardCharsets.US_ASCII));
    }
  }

  private void writeBig(BigInteger number) {
    if (number.bitLength() < Long.SIZE) {
      writeLong(number.longValue());
      return;
    }
    String digits = Digits.of(number, limits);
    out.putBytes(Op.LONG_INT, digits.getBytes(StandardCharsets.US_ASCII));
  }

  private boolean begin(Kind kind, Object container, int count) {
    if (kind == Kind.LIST) {
      out.putInt(Op.NEW_LIST, count);
    } else if (kind == Kind.DICT || kind == Kind.MAP) {
      out.put(Op.NEW_DICT);
    } else if (count == 0) {
      out.putInt(kind.operation(), 0);
    }
    if (count == 0) {
      return true;
    }
    if (depth == limits.maxDepth()) {
      throw new DumpException(
          ErrorCode.LIMIT_EXCEEDED,
          isOpen(container)
              ? "a container contains itself; break the cycle"
              : "depth: more than " + limits.maxDepth() + " containers within each other");
    }
    innermost = innermost == null ? new Level(null) : innermost.within();
    innermost.begin(kind, container, count);
    depth++;
    return false;
  }

  /** Whether this very container is being written already. */
  @SuppressWarnings("ReferenceEquality") // equal ones may well be within each other
  private boolean isOpen(Object container) {
    for (Level level = innermost; level != null; level = level.outer) {
      if (level.container == container) {
        return true;
      }
    }
    return false;
  }
}
