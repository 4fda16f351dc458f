package io.midplane.cm;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.Row;
import io.midplane.protocol.RowStatus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request at a time and its result, row by row. A result is fetched some rows at a time, and
 * the agent holds nothing for rows that are not fetched, so a cursor may be dropped at any point.
 *
 * <p>A method with a plain name blocks, and is refused on threads that must not; its {@code Async}
 * twin does not block. For one thread at a time.
 */
public final class Cursor implements Iterable<ResultRow> {

  private static final Duration RETRY_TIMEOUT = Duration.ofSeconds(5);

  private final Connection connection;
  private final List<String> messages = Collections.synchronizedList(new ArrayList<>());
  private final Deque<ResultRow> fetched = new ArrayDeque<>();
  private @Nullable String vrName;
  private int retries;
  private Duration retryTimeout = RETRY_TIMEOUT;
  private List<Field> description = List.of();
  private volatile int executed;
  private @Nullable Rest rest;

  /** The part of a walk that has not been fetched. */
  private record Rest(Requests requests, Registry.Route route, @Nullable Key after) {}

  Cursor(Connection connection, @Nullable String vrName) {
    this.connection = connection;
    this.vrName = vrName;
  }

  /** The connection it belongs to. */
  public Connection connection() {
    return connection;
  }

  /** How often a request is tried again while its module is unavailable; 0 unless set. */
  public int retries() {
    return retries;
  }

  /** Sets {@link #retries()}. */
  public Cursor retries(int times) {
    if (times < 0) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "retries: " + times + " (expected: at least 0)");
    }
    retries = times;
    return this;
  }

  /** How long to wait before a request is tried again, unless the module is READY sooner; 5 s. */
  public Duration retryTimeout() {
    return retryTimeout;
  }

  /** Sets {@link #retryTimeout()}. */
  public Cursor retryTimeout(Duration wait) {
    if (wait.isNegative() || wait.isZero()) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "retryTimeout: " + wait + " (expected: longer than zero)");
    }
    retryTimeout = wait;
    return this;
  }

  /** The virtual router that requests are about; null for none. */
  public @Nullable String vrName() {
    return vrName;
  }

  /** Sets {@link #vrName()}. */
  public Cursor vrName(@Nullable String name) {
    vrName = name;
    return this;
  }

  /** What agents printed during the last request: the same list throughout, emptied by execute. */
  public List<String> messages() {
    return messages;
  }

  /** The fields of the result; empty before the first request and for one without a result. */
  public List<Field> description() {
    return description;
  }

  /**
   * Executes a request and forgets the one before: its result, {@link #description()} and {@link
   * #messages()}.
   *
   * @return this cursor, to be iterated over
   * @throws ModuleUnavailable if the module was unavailable at every try
   * @throws MidplaneException as {@link Configuration} describes
   */
  public Cursor execute(Request request) {
    Requests requests = reset();
    return switch (request.kind()) {
      case GET -> {
        Registry.Route route = describe(requests, request);
        Key key = route.table().table().acceptKey(request.key());
        yield add(trying().call(() -> requests.get(current(route), key, List.of())));
      }
      case GET_NEXT -> {
        rest = begin(requests, describe(requests, request), request);
        Rest first = rest;
        yield add(trying().call(() -> page(first)));
      }
      case SET -> done(trying().call(() -> requests.set(route(request), request.params())));
      case OPERATION ->
          done(
              trying()
                  .call(() -> {
                    requests.operate(route(request), request.operation(), request.params());
                    return true;
                  }));
    };
  }

  /** The asynchronous twin of {@link #execute}; use the cursor again when it has completed. */
  public CompletionStage<Cursor> executeAsync(Request request) {
    Requests requests = reset();
    return requests.attempt(() ->
        switch (request.kind()) {
          case GET -> {
            Registry.Route route = describe(requests, request);
            Key key = route.table().table().acceptKey(request.key());
            yield tryingAsync(() -> requests.getAsync(current(route), key, List.of()))
                .thenApply(this::add);
          }
          case GET_NEXT -> {
            rest = begin(requests, describe(requests, request), request);
            Rest first = rest;
            yield tryingAsync(() -> pageAsync(first)).thenApply(this::add);
          }
          case SET ->
              tryingAsync(() -> requests.setAsync(route(request), request.params()))
                  .thenApply(this::done);
          case OPERATION ->
              tryingAsync(() ->
                      requests
                          .operateAsync(route(request), request.operation(), request.params())
                          .thenApply(nothing -> true))
                  .thenApply(this::done);
        });
  }

  /** The next row of the result; null at its end. Blocks if it has to be fetched. */
  public @Nullable ResultRow fetchOne() {
    Rest unread = rest;
    while (fetched.isEmpty() && unread != null) {
      Rest next = unread;
      add(trying().call(() -> page(next)));
      unread = rest;
    }
    return fetched.poll();
  }

  /** The asynchronous twin of {@link #fetchOne}. */
  public CompletionStage<@Nullable ResultRow> fetchOneAsync() {
    Rest unread = rest;
    return fetched.isEmpty() && unread != null
        ? tryingAsync(() -> pageAsync(unread))
            .thenApply(this::add)
            .thenCompose(cursor -> cursor.fetchOneAsync())
        : CompletableFuture.<@Nullable ResultRow>completedFuture(fetched.poll());
  }

  /** The rows of the result that have not been read yet; each is there once. */
  @Override
  public Iterator<ResultRow> iterator() {
    return new Iterator<>() {
      private @Nullable ResultRow next;

      @Override
      public boolean hasNext() {
        if (next == null) {
          next = fetchOne();
        }
        return next != null;
      }

      @Override
      public ResultRow next() {
        if (!hasNext()) {
          throw new NoSuchElementException("no further row");
        }
        ResultRow row = java.util.Objects.requireNonNull(next);
        next = null;
        return row;
      }
    };
  }

  private Requests reset() {
    int run = ++executed;
    fetched.clear();
    rest = null;
    description = List.of();
    messages.clear();
    Configuration view = connection.configuration();
    Configuration routed = vrName == null ? view : view.inVr(vrName);
    return routed.printing(line -> print(run, line)).requests();
  }

  private void print(int run, String line) {
    if (run == executed) {
      messages.add(line);
      connection.printer().ifPresent(printer -> printer.accept(line));
    }
  }

  private Registry.Route describe(Requests requests, Request request) {
    Registry.Route route = requests.route(request.table());
    Table<?> table = route.table().table();
    List<Field> fields = new ArrayList<>();
    if (request.fields().isEmpty()) {
      table
          .columns()
          .forEach(name -> fields.add(field(name, Column.of(table.name(), name), table)));
    }
    request.fields().forEach((name, column) -> fields.add(field(name, column, table)));
    description = List.copyOf(fields);
    return route;
  }

  private static Field field(String name, Column column, Table<?> table) {
    return new Field(name, column, table.column(column.name()).kind().type());
  }

  private static Rest begin(Requests requests, Registry.Route route, Request request) {
    Row after = request.after();
    return new Rest(requests, route, after == null ? null : route.table().table().acceptKey(after));
  }

  private Registry.Route route(Request request) {
    return connection.configuration().requests().route(request.table());
  }

  /** The table may have another owner by now, after a restart of its agent. */
  private Registry.Route current(Registry.Route route) {
    return connection.configuration().requests().route(route.table().name());
  }

  private static Page page(Rest unread) {
    int batch = unread.requests().core().walkBatch();
    return unread.requests().page(unread.route(), unread.after(), batch, List.of());
  }

  private static CompletionStage<Page> pageAsync(Rest unread) {
    int batch = unread.requests().core().walkBatch();
    return unread.requests().pageAsync(unread.route(), unread.after(), batch, List.of());
  }

  private Cursor add(Row row) {
    fetched.add(ResultRow.of(description, row, RowStatus.SUCCESS));
    return this;
  }

  private Cursor add(Page page) {
    for (int i = 0; i < page.rows().size(); i++) {
      fetched.add(ResultRow.of(description, page.rows().get(i), page.status(i)));
    }
    Rest read = rest;
    rest =
        read == null || !page.more() || page.rows().isEmpty()
            ? null
            : new Rest(
                read.requests(),
                read.route(),
                read.route().table().table().keyIn(page.rows().getLast()));
    return this;
  }

  private Cursor done(Object unused) {
    return this;
  }

  private Retries trying() {
    return new Retries(retries, retryTimeout);
  }

  private <T> CompletionStage<T> tryingAsync(Supplier<CompletionStage<T>> attempt) {
    Requests requests = connection.configuration().requests();
    return trying().callAsync(() -> requests.attempt(attempt));
  }
}
