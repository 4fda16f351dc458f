package io.midplane.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnTest {

  /** A connection that never has anything and counts its readers. */
  private static final class Idle implements Turn.Reading {
    private final Semaphore wakeUps = new Semaphore(0);
    private final AtomicInteger reading = new AtomicInteger();
    private final AtomicInteger reads = new AtomicInteger();
    private volatile Thread reader;

    @Override
    public boolean read(long nanos) {
      reads.incrementAndGet();
      assertThat(reading.incrementAndGet()).as("readers at once").isEqualTo(1);
      reader = Thread.currentThread();
      try {
        boolean unused = wakeUps.tryAcquire(nanos, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        reader = null;
        reading.decrementAndGet();
      }
      return true;
    }

    @Override
    public void wakeUp() {
      wakeUps.release();
    }
  }

  private static final class Somebody implements Turn.Waiter {
    private volatile boolean news;
    private volatile Thread thread;

    @Override
    public boolean hasNews() {
      return news;
    }

    @Override
    public Thread thread() {
      return thread;
    }

    Thread waitsFor(Turn turn) {
      thread =
          Thread.ofPlatform()
              .start(() -> {
                while (!news) {
                  turn.await(this, Long.MAX_VALUE);
                }
                turn.leave(this);
              });
      return thread;
    }
  }

  private final Idle connection = new Idle();
  private final Turn turn = new Turn(connection);
  private final Somebody first = new Somebody();
  private final Somebody second = new Somebody();

  @AfterEach
  void nobodyReadsInTheEnd() {
    await().untilAsserted(() -> assertThat(connection.reading).hasValue(0));
  }

  private void awaitReader(Thread thread) {
    await().until(() -> connection.reader == thread);
  }

  private void end(Somebody somebody) throws InterruptedException {
    somebody.news = true;
    turn.stopReading(somebody);
    LockSupport.unpark(somebody.thread);
    somebody.thread.join();
  }

  @Test
  void shouldNotReadWhenTheNewsCameBeforeTheTurn() {
    first.news = true;

    turn.await(first, Long.MAX_VALUE);
    turn.leave(first);

    assertThat(connection.reads).hasValue(0);
  }

  @Test
  void shouldNotParkWhenTheNewsCameWhileTheTurnWasAskedFor() throws Exception {
    awaitReader(first.waitsFor(turn));
    second.news = true;

    turn.await(second, Long.MAX_VALUE);
    turn.leave(second);

    end(first);
  }

  @Test
  void shouldPassTheTurnToAWaiterThatHasNothingYet() throws Exception {
    awaitReader(first.waitsFor(turn));
    Thread waiting = second.waitsFor(turn);
    await().until(() -> waiting.getState() == Thread.State.WAITING);

    end(first);

    awaitReader(waiting);
    end(second);
  }

  @Test
  void shouldPassTheTurnPastAWaiterThatGivesUp() throws Exception {
    awaitReader(first.waitsFor(turn));
    var impatient = new Somebody();
    impatient.thread = Thread.currentThread();
    turn.await(impatient, 1);
    Thread waiting = second.waitsFor(turn);
    await().until(() -> waiting.getState() == Thread.State.WAITING);

    end(first);
    turn.leave(impatient);

    awaitReader(waiting);
    end(second);
  }

  @Test
  void shouldReadInTheBackgroundWhileThereIsAReason() {
    turn.retain();
    turn.retain();
    await().until(() -> connection.reader != null && connection.reader.isVirtual());

    turn.release();
    assertThat(connection.reading).hasValue(1);
    turn.release();
  }

  @Test
  void shouldLeaveTheReadingToAWaiterAndTakeItOverWhenThatLeaves() throws Exception {
    awaitReader(first.waitsFor(turn));
    turn.retain();
    assertThat(connection.reader).isSameAs(first.thread);

    end(first);

    await().until(() -> connection.reader != null && connection.reader.isVirtual());
    turn.release();
  }

  @Test
  void shouldPassTheTurnFromTheBackgroundToAWaiter() throws Exception {
    turn.retain();
    await().until(() -> connection.reader != null);
    Thread waiting = second.waitsFor(turn);
    await().until(() -> waiting.getState() == Thread.State.WAITING);

    turn.release();

    awaitReader(waiting);
    end(second);
  }

  @Test
  void shouldReadLazilyOnceNobodyHasReadForAMoment() throws Exception {
    awaitReader(first.waitsFor(turn));
    turn.retainLazily();
    assertThat(connection.reader).isSameAs(first.thread);

    end(first);

    await().until(() -> connection.reader != null && connection.reader.isVirtual());
    turn.releaseLazily();
  }

  @Test
  void shouldGiveTheTurnBackToAWaiterWhileNothingIsDue() throws Exception {
    turn.retainLazily();
    await().until(() -> connection.reader != null && connection.reader.isVirtual());

    Thread waiting = second.waitsFor(turn);

    awaitReader(waiting);
    end(second);
    await().until(() -> connection.reader != null && connection.reader.isVirtual());
    turn.releaseLazily();
  }

  @Test
  void shouldReadAtOnceWhenSomethingIsDueAfterAll() throws Exception {
    turn.retainLazily();
    await().until(() -> connection.reader != null);
    Thread waiting = first.waitsFor(turn);
    awaitReader(waiting);
    turn.retain();

    end(first);

    await().until(() -> connection.reader != null && connection.reader.isVirtual());
    turn.releaseLazily();
    turn.release();
  }
}
