package io.midplane.cm;

import io.midplane.protocol.Bytes;
import io.midplane.protocol.ColumnType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a Java type of a record component appears in rows: the conversions both ways. */
sealed interface Kind {

  /** What a column of this kind holds in a row. */
  ColumnType type();

  /** What fits, in words for an error message. */
  String expected();

  /** The row value for what a caller gave, with text read as this kind; null if it does not fit. */
  @Nullable Object accept(Object given);

  /** The Java value for an accepted row value. */
  default Object toJava(Object value) {
    return value;
  }

  /** The row value for a Java value. */
  default Object toRow(Object java) {
    return java;
  }

  /** The kind of a record component's type; null if no column can hold it. */
  static @Nullable Kind of(Type type) {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      Kind element = of(list.getActualTypeArguments()[0]);
      return element == null ? null : new Items(element);
    }
    return type instanceof Class<?> single ? ofClass(single) : null;
  }

  private static @Nullable Kind ofClass(Class<?> type) {
    if (type == String.class) {
      return new Text();
    } else if (type == long.class || type == Long.class) {
      return new Whole(Width.LONG);
    } else if (type == int.class || type == Integer.class) {
      return new Whole(Width.INT);
    } else if (type == short.class || type == Short.class) {
      return new Whole(Width.SHORT);
    } else if (type == byte.class || type == Byte.class) {
      return new Whole(Width.BYTE);
    } else if (type == boolean.class || type == Boolean.class) {
      return new Flag();
    } else if (type == double.class || type == Double.class) {
      return new Real(false);
    } else if (type == float.class || type == Float.class) {
      return new Real(true);
    } else if (type == Bytes.class) {
      return new Data();
    }
    return type.isEnum() ? Choice.of(type) : null;
  }

  /** Text. */
  record Text() implements Kind {
    @Override
    public ColumnType type() {
      return ColumnType.TEXT;
    }

    @Override
    public String expected() {
      return "text";
    }

    @Override
    public @Nullable Object accept(Object given) {
      return given instanceof String ? given : null;
    }
  }

  /** The integer types of Java. */
  enum Width {
    BYTE(Byte.MIN_VALUE, Byte.MAX_VALUE),
    SHORT(Short.MIN_VALUE, Short.MAX_VALUE),
    INT(Integer.MIN_VALUE, Integer.MAX_VALUE),
    LONG(Long.MIN_VALUE, Long.MAX_VALUE);

    private final long min;
    private final long max;

    Width(long min, long max) {
      this.min = min;
      this.max = max;
    }
  }

  /** An integer. */
  record Whole(Width width) implements Kind {
    @Override
    public ColumnType type() {
      return ColumnType.INTEGER;
    }

    @Override
    public String expected() {
      return "an integer, " + width.min + " to " + width.max;
    }

    @Override
    public @Nullable Object accept(Object given) {
      return switch (given) {
        case Long value when value >= width.min && value <= width.max -> value;
        case String text -> read(text);
        default -> null;
      };
    }

    private @Nullable Object read(String text) {
      try {
        return accept(Long.valueOf(text));
      } catch (NumberFormatException notANumber) {
        return null;
      }
    }

    @Override
    public Object toJava(Object value) {
      long number = (long) value;
      return switch (width) {
        case BYTE -> (byte) number;
        case SHORT -> (short) number;
        case INT -> (int) number;
        case LONG -> value;
      };
    }

    @Override
    public Object toRow(Object java) {
      return java instanceof Long ? java : ((Number) java).longValue();
    }
  }

  /** A truth value. */
  record Flag() implements Kind {
    @Override
    public ColumnType type() {
      return ColumnType.FLAG;
    }

    @Override
    public String expected() {
      return "true or false";
    }

    @Override
    public @Nullable Object accept(Object given) {
      return switch (given) {
        case Boolean flag -> flag;
        case String text when text.equals("true") -> true;
        case String text when text.equals("false") -> false;
        default -> null;
      };
    }
  }

  /** A floating-point number. */
  record Real(boolean single) implements Kind {
    @Override
    public ColumnType type() {
      return ColumnType.REAL;
    }

    @Override
    public String expected() {
      return "a number";
    }

    @Override
    public @Nullable Object accept(Object given) {
      return switch (given) {
        case Double number -> narrowed(number);
        case Long integer -> narrowed(integer.doubleValue());
        case String text -> read(text);
        default -> null;
      };
    }

    private @Nullable Object read(String text) {
      try {
        return narrowed(Double.parseDouble(text));
      } catch (NumberFormatException notANumber) {
        return null;
      }
    }

    private Double narrowed(double number) {
      return single ? (double) (float) number : number;
    }

    @Override
    public Object toJava(Object value) {
      return single ? (Object) ((Double) value).floatValue() : value;
    }

    @Override
    public Object toRow(Object java) {
      return ((Number) java).doubleValue();
    }
  }

  /** Bytes. */
  record Data() implements Kind {
    @Override
    public ColumnType type() {
      return ColumnType.DATA;
    }

    @Override
    public String expected() {
      return "bytes, as text 0x and two hexadecimal digits a byte";
    }

    @Override
    public @Nullable Object accept(Object given) {
      return switch (given) {
        case Bytes data -> data;
        case String text when text.startsWith("0x") -> read(text.substring(2));
        default -> null;
      };
    }

    private static @Nullable Object read(String digits) {
      try {
        return Bytes.of(HexFormat.of().parseHex(digits));
      } catch (IllegalArgumentException notHexadecimal) {
        return null;
      }
    }
  }

  /** One of an enum's constants, by name. */
  record Choice(List<? extends Enum<?>> constants) implements Kind {

    static Choice of(Class<?> type) {
      return new Choice(
          Arrays.stream(type.getEnumConstants()).<Enum<?>>map(c -> (Enum<?>) c).toList());
    }

    @Override
    public ColumnType type() {
      return ColumnType.TEXT;
    }

    @Override
    public String expected() {
      return constants.stream().map(Enum::name).collect(Collectors.joining(", ", "one of ", ""));
    }

    @Override
    public @Nullable Object accept(Object given) {
      return constants.stream().anyMatch(c -> c.name().equals(given)) ? given : null;
    }

    @Override
    public Object toJava(Object value) {
      return constants.stream().filter(c -> c.name().equals(value)).findAny().orElseThrow();
    }

    @Override
    public Object toRow(Object java) {
      return ((Enum<?>) java).name();
    }
  }

  /** A list of one kind. */
  record Items(Kind element) implements Kind {
    @Override
    public ColumnType type() {
      return ColumnType.LIST;
    }

    @Override
    public String expected() {
      return "a list, each " + element.expected();
    }

    @Override
    public @Nullable Object accept(Object given) {
      return switch (given) {
        case List<?> items -> acceptAll(items);
        case String text when text.isEmpty() -> List.of();
        case String text -> acceptAll(Arrays.asList(text.split(",", -1)));
        default -> null;
      };
    }

    private @Nullable Object acceptAll(List<?> items) {
      List<Object> accepted = new ArrayList<>(items.size());
      for (Object item : items) {
        Object value = item == null ? null : element.accept(item);
        if (value == null) {
          return null;
        }
        accepted.add(value);
      }
      return List.copyOf(accepted);
    }

    @Override
    public Object toJava(Object value) {
      return ((List<?>) value).stream().<Object>map(element::toJava).toList();
    }

    @Override
    public Object toRow(Object java) {
      return ((List<?>) java).stream().<Object>map(element::toRow).toList();
    }
  }
}
