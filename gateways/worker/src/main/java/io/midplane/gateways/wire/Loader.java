package io.midplane.gateways.wire;

import io.midplane.calls.ErrorCode;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Reads one value: runs the stack machine that it was written for. Used once. */
final class Loader {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** An element of a list takes this many bytes at least: its index, itself, and the store. */
  private static final int LEAST_ELEMENT = 5 + 1 + 1;

  private static final int FIRST = 16;

  private final byte[] in;
  private final int end;
  private final boolean shared;
  private final StringCoercion strings;
  private final Limits limits;
  private final @Nullable IntFunction<? extends ChannelValue> channels;
  private final Texts texts;

  private @Nullable Object[] stack = new Object[FIRST];

  /** How many containers within each other there are in what is on the stack. */
  private int[] depths = new int[FIRST];

  private int size;
  private int position;

  /** Where the current instruction began. */
  private int offset;

  private int left;

  /** Elements of lists that were announced and not yet stored; each takes another byte at least. */
  private int promised;

  /**
   * A reader.
   *
   * @param shared whether nobody changes the array any more, so that large parts need no copy
   * @param channels makes the channel of an id; null where a channel means nothing
   */
  Loader(
      byte[] in,
      int start,
      boolean shared,
      StringCoercion strings,
      Limits limits,
      @Nullable IntFunction<? extends ChannelValue> channels) {
    this.in = in;
    this.end = in.length;
    this.position = start;
    this.shared = shared;
    this.strings = strings;
    this.limits = limits;
    this.channels = channels;
    this.texts = new Texts(in);
    this.left = limits.maxElements();
  }

  /** Where the value ended: behind its last instruction. */
  int position() {
    return position;
  }

  @Nullable Object load() {
    if (end > limits.maxBytes()) {
      throw new LoadException(
          ErrorCode.LIMIT_EXCEEDED,
          0,
          "size: " + end + " bytes (expected: at most " + limits.maxBytes() + ")");
    }
    while (true) {
      offset = position;
      need(1);
      byte operation = in[position++];
      switch (operation) {
        case Op.SET_ITEM -> setItem();
        case Op.PY3_STRING -> push(strings.py3strAsPy2str() ? bytes() : text());
        case Op.INT, Op.LONG -> push(int4());
        case Op.NONE -> push(null);
        case Op.TRUE -> push(true);
        case Op.FALSE -> push(false);
        case Op.FLOAT -> push(float8());
        case Op.BYTES -> push(bytes());
        case Op.NEW_DICT -> pushContainer(new Dict(), 1);
        case Op.NEW_LIST -> newList();
        case Op.BUILD_TUPLE -> build(operation);
        case Op.STOP -> {
          return stop();
        }
        default -> rare(operation);
      }
    }
  }

  private void rare(byte operation) {
    switch (operation) {
      case Op.SET, Op.FROZEN_SET -> build(operation);
      case Op.LONG_INT, Op.LONG_LONG -> {
        int length = length();
        push(Digits.parse(in, position, length, limits, offset));
        position += length;
      }
      case Op.PY2_STRING -> push(strings.py2strAsPy3str() ? latin1() : bytes());
      case Op.UNICODE -> push(text());
      case Op.COMPLEX -> push(new Complex(float8(), float8()));
      case Op.CHANNEL -> channel();
      default ->
          throw new LoadException(
              offset,
              "opcode: 0x%02x (expected: 0x40 to 0x54)".formatted(Byte.toUnsignedInt(operation)));
    }
  }

  private @Nullable Object stop() {
    if (size != 1) {
      throw new LoadException(offset, "values at the end: " + size + " (expected: 1)");
    }
    if (promised > 0) {
      throw new LoadException(offset, "elements of lists that were never stored: " + promised);
    }
    return stack[0];
  }

  private void newList() {
    int count = int4();
    int bytesLeft = end - position;
    if (count < 0 || count > bytesLeft / LEAST_ELEMENT || promised > bytesLeft - count) {
      throw new LoadException(
          offset,
          "list: %d elements (expected: 0 or more, and to fit the %d bytes left)"
              .formatted(count, bytesLeft));
    }
    promised += count;
    pushContainer(new ArrayList<>(Collections.nCopies(count, null)), 1);
  }

  private void build(byte operation) {
    int count = int4();
    if (count < 0 || count > size) {
      throw new LoadException(
          offset, "members: " + count + " (expected: 0 to " + size + ", as many as were read)");
    }
    int first = size - count;
    int depth = 0;
    for (int i = first; i < size; i++) {
      depth = Math.max(depth, depths[i]);
    }
    @Nullable Object[] members = Arrays.copyOfRange(stack, first, size);
    Arrays.fill(stack, first, size, null);
    size = first;
    if (operation == Op.BUILD_TUPLE) {
      pushContainer(Tuple.own(members), depth + 1);
      return;
    }
    for (Object member : members) {
      requireHashable(member);
    }
    pushContainer(operation == Op.SET ? ValueSet.of(members) : FrozenSet.of(members), depth + 1);
  }

  private void setItem() {
    if (size < 3) {
      throw new LoadException(
          offset, "values before a store: " + size + " (expected: a container, a key and a value)");
    }
    Object value = stack[size - 1];
    Object key = stack[size - 2];
    int container = size - 3;
    switch (stack[container]) {
      case Dict dict -> {
        if (!(key instanceof String)) {
          requireHashable(key);
        }
        dict.put(key, value);
      }
      case ArrayList<?> list -> setElement(list, key, value);
      case null, default ->
          throw new LoadException(offset, "a store into what is neither a dict nor a list");
    }
    int depth = Math.max(depths[size - 1], depths[size - 2]) + 1;
    if (depth > depths[container]) {
      depths[container] = checkedDepth(depth);
    }
    stack[size - 1] = null;
    stack[size - 2] = null;
    size = container + 1;
  }

  @SuppressWarnings("unchecked") // the lists on the stack are all our own
  private void setElement(List<?> list, @Nullable Object key, @Nullable Object value) {
    if (!(key instanceof Integer index) || index < 0 || index >= list.size()) {
      throw new LoadException(
          offset, "index: " + key + " (expected: 0 to " + (list.size() - 1) + ")");
    }
    promised = Math.max(0, promised - 1);
    ((List<@Nullable Object>) list).set(index, value);
  }

  private void requireHashable(@Nullable Object key) {
    if (!Keys.isHashable(key)) {
      throw new LoadException(offset, Keys.refusal(key));
    }
  }

  private void channel() {
    int id = int4();
    if (channels == null) {
      throw new LoadException(
          offset, "channel " + id + ": a channel has a meaning on its gateway only");
    }
    push(channels.apply(id));
  }

  private String text() {
    int length = length();
    String text = texts.utf8(position, length);
    if (text == null) {
      throw new LoadException(offset, "text of " + length + " bytes is not UTF-8");
    }
    position += length;
    return text;
  }

  private String latin1() {
    int length = length();
    position += length;
    return new String(in, position - length, length, StandardCharsets.ISO_8859_1);
  }

  private Bytes bytes() {
    int length = length();
    int start = position;
    position += length;
    return shared && length > end / 2
        ? Bytes.view(in, start, length)
        : Bytes.view(Arrays.copyOfRange(in, start, position), 0, length);
  }

  private int length() {
    int length = int4();
    if (length < 0 || length > end - position) {
      throw new LoadException(
          offset,
          "length: " + length + " (expected: 0 to " + (end - position) + ", the bytes left)");
    }
    return length;
  }

  private int int4() {
    need(Integer.BYTES);
    int value = (int) INTS.get(in, position);
    position += Integer.BYTES;
    return value;
  }

  private double float8() {
    need(Long.BYTES);
    double value = Double.longBitsToDouble((long) LONGS.get(in, position));
    position += Long.BYTES;
    return value;
  }

  private void need(int bytes) {
    if (end - position < bytes) {
      throw new LoadException(
          offset,
          "ends early: " + (end - position) + " bytes left (expected: " + bytes + " or more)");
    }
  }

  private void push(@Nullable Object value) {
    pushAt(value, 0);
  }

  private void pushContainer(Object container, int depth) {
    pushAt(container, checkedDepth(depth));
  }

  private void pushAt(@Nullable Object value, int depth) {
    claim(1);
    if (size == stack.length) {
      stack = Arrays.copyOf(stack, size * 2);
      depths = Arrays.copyOf(depths, size * 2);
    }
    stack[size] = value;
    depths[size] = depth;
    size++;
  }

  private void claim(int elements) {
    left -= elements;
    if (left < 0) {
      throw new LoadException(
          ErrorCode.LIMIT_EXCEEDED,
          offset,
          "elements: more than " + limits.maxElements() + ", keys and indexes included");
    }
  }

  private int checkedDepth(int depth) {
    if (depth > limits.maxDepth()) {
      throw new LoadException(
          ErrorCode.LIMIT_EXCEEDED,
          offset,
          "depth: more than " + limits.maxDepth() + " containers within each other");
    }
    return depth;
  }
}
