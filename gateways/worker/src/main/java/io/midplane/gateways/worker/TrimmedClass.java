package io.midplane.gateways.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A class file without annotations of types. They are for compilers, which read the classes of the
 * build and not those of a jar that travels. Nothing else changes; names of what is left out stay
 * as empty texts, so that no constant gets another number.
 */
final class TrimmedClass {
  private static final String DROPPED = "RuntimeVisibleTypeAnnotations";
  private static final String ANNOTATION = "Lorg/jspecify/annotations/Nullable;";
  private static final int NOT_THERE = 0; // no constant has this number

  private final ByteBuffer in;
  private final ByteBuffer out;
  private int dropped = NOT_THERE;
  private int code = NOT_THERE;
  private int components = NOT_THERE;

  private TrimmedClass(byte[] file) {
    this.in = ByteBuffer.wrap(file);
    this.out = ByteBuffer.allocate(file.length);
  }

  /** The class without them. */
  static byte[] of(byte[] file) {
    TrimmedClass trimmed = new TrimmedClass(file);
    trimmed.copyAll();
    return Arrays.copyOf(trimmed.out.array(), trimmed.out.position());
  }

  private void copyAll() {
    copy(8); // magic and version
    copyConstants();
    copy(6); // flags, this class, its superclass
    copy(2 * copyShort()); // interfaces
    copyMembers(); // fields
    copyMembers(); // methods
    copyAttributes();
  }

  private void copyConstants() {
    int count = copyShort();
    for (int i = 1; i < count; i++) {
      byte tag = in.get();
      out.put(tag);
      switch (tag) {
        case 1 -> copyText(i);
        case 5, 6 -> {
          copy(8);
          i++; // a long and a double count twice
        }
        case 7, 8, 16, 19, 20 -> copy(2);
        case 15 -> copy(3);
        default -> copy(4);
      }
    }
  }

  private void copyText(int index) {
    byte[] bytes = new byte[Short.toUnsignedInt(in.getShort())];
    in.get(bytes);
    String text = new String(bytes, UTF_8);
    switch (text) {
      case DROPPED -> dropped = index;
      case "Code" -> code = index;
      case "Record" -> components = index;
      default -> {}
    }
    if (text.equals(DROPPED) || text.equals(ANNOTATION)) {
      out.putShort((short) 0);
    } else {
      out.putShort((short) bytes.length).put(bytes);
    }
  }

  private void copyMembers() {
    int count = copyShort();
    for (int i = 0; i < count; i++) {
      copy(6); // flags, name, type
      copyAttributes();
    }
  }

  private void copyAttributes() {
    int countAt = out.position();
    int count = copyShort();
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int name = Short.toUnsignedInt(in.getShort());
      int length = in.getInt();
      if (name == dropped) {
        in.position(in.position() + length);
      } else {
        copyAttribute(name, length);
        kept++;
      }
    }
    out.putShort(countAt, (short) kept);
  }

  private void copyAttribute(int name, int length) {
    out.putShort((short) name);
    int lengthAt = out.position();
    out.putInt(length);
    if (name == code) {
      copy(4); // size of the stack and of the locals
      copy(copyInt());
      copy(8 * copyShort()); // handlers of exceptions
      copyAttributes();
    } else if (name == components) {
      int count = copyShort();
      for (int i = 0; i < count; i++) {
        copy(4); // name, type
        copyAttributes();
      }
    } else {
      copy(length);
    }
    out.putInt(lengthAt, out.position() - lengthAt - Integer.BYTES);
  }

  private int copyShort() {
    short value = in.getShort();
    out.putShort(value);
    return Short.toUnsignedInt(value);
  }

  private int copyInt() {
    int value = in.getInt();
    out.putInt(value);
    return value;
  }

  private void copy(int bytes) {
    out.put(in.slice(in.position(), bytes));
    in.position(in.position() + bytes);
  }
}
