package io.midplane.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that a {@link MidplaneTest} sends messages that their actor does not handle, on purpose.
 * Those that match do not fail the test; that they do not come, does.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Repeatable(ExpectUnhandled.Several.class)
public @interface ExpectUnhandled {

  /** The type of the messages; every type if it is not given. */
  Class<?> value() default Object.class;

  /** Path of the actor they were sent to, for example {@code /user/echo}; all if not given. */
  String to() default "";

  /** How many must come; at least one if it is not given. */
  int times() default AT_LEAST_ONE;

  /** The value of {@link #times()} for one or more. */
  int AT_LEAST_ONE = -1;

  /** Holds several declarations of one test. */
  @Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
  @Retention(RetentionPolicy.RUNTIME)
  @Documented
  @interface Several {
    /** The declarations. */
    ExpectUnhandled[] value();
  }
}
