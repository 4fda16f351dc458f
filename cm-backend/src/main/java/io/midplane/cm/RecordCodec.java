package io.midplane.cm;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes records of one class apart and puts them together. */
final class RecordCodec<R extends Record> {

  private static final MethodType ACCESSOR = MethodType.methodType(Object.class, Object.class);
  private static final MethodType CONSTRUCTOR = MethodType.methodType(Object.class, Object[].class);

  private final Class<R> type;
  private final MethodHandle constructor;
  private final MethodHandle[] accessors;

  private RecordCodec(Class<R> type, MethodHandle constructor, MethodHandle[] accessors) {
    this.type = type;
    this.constructor = constructor;
    this.accessors = accessors;
  }

  /**
   * The codec of a record class, which need not be public.
   *
   * @throws MidplaneException INVALID_ARGUMENT if its module does not let this one in
   */
  static <R extends Record> RecordCodec<R> of(Class<R> type) {
    RecordComponent[] components = type.getRecordComponents();
    try {
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      Constructor<R> canonical = type.getDeclaredConstructor(types);
      canonical.setAccessible(true);
      MethodHandle constructor =
          MethodHandles.lookup()
              .unreflectConstructor(canonical)
              .asSpreader(Object[].class, types.length)
              .asType(CONSTRUCTOR);
      MethodHandle[] accessors = new MethodHandle[components.length];
      for (int i = 0; i < accessors.length; i++) {
        Method accessor = components[i].getAccessor();
        accessor.setAccessible(true);
        accessors[i] = MethodHandles.lookup().unreflect(accessor).asType(ACCESSOR);
      }
      return new RecordCodec<>(type, constructor, accessors);
    } catch (InaccessibleObjectException | ReflectiveOperationException closed) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "record %s: not accessible (expected: its package opened to io.midplane.cm): %s"
              .formatted(type.getName(), closed.getMessage()),
          closed);
    }
  }

  static List<RecordComponent> components(Class<? extends Record> type) {
    return List.of(type.getRecordComponents());
  }

  @Nullable Object component(R record, int index) {
    try {
      return accessors[index].invokeExact((Object) record);
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  /** A record of these component values; what its constructor throws goes through. */
  R make(@Nullable Object[] components) {
    try {
      return type.cast(constructor.invokeExact(components));
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  private static RuntimeException rethrown(Throwable thrown) {
    return switch (thrown) {
      case RuntimeException unchecked -> unchecked;
      case Error error -> throw error;
      default -> new IllegalStateException(thrown);
    };
  }
}
