package io.midplane.cm;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A frontend's way to the tables in the shape of a database interface; {@link Configuration} is the
 * shorter one. There are no transactions: each request takes effect by itself, and there is nothing
 * to commit, to roll back or to close. Immutable and thread-safe; its cursors are not.
 */
public final class Connection implements AutoCloseable {

  private final Configuration configuration;
  private final String user;
  private final @Nullable Consumer<String> printer;

  private Connection(Configuration configuration, String user, @Nullable Consumer<String> printer) {
    this.configuration = configuration;
    this.user = user;
    this.printer = printer;
  }

  static Connection of(
      Configuration configuration, String user, @Nullable Consumer<String> printer) {
    if (user.isBlank()) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "user: \"%s\" (expected: a name)".formatted(user));
    }
    return new Connection(configuration.as(user), user, printer);
  }

  /** The user's name; it is recorded, and nothing else. */
  public String user() {
    return user;
  }

  /** A cursor for requests that name no virtual router. */
  public Cursor cursor() {
    return new Cursor(this, null);
  }

  /** A cursor for requests about a virtual router. */
  public Cursor cursor(String vrName) {
    return new Cursor(this, vrName);
  }

  /** Does nothing: whatever was set has taken effect. */
  public void commit() {}

  /** Does nothing: a connection holds nothing, and can still be used. */
  @Override
  public void close() {}

  Configuration configuration() {
    return configuration;
  }

  Optional<Consumer<String>> printer() {
    return Optional.ofNullable(printer);
  }
}
