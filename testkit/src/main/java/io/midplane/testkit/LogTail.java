package io.midplane.testkit;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Keeps the last log lines of this JVM, at the levels that are logged anyway, until it is closed.
 * Without Logback it keeps none. Thread-safe.
 */
final class LogTail implements AutoCloseable {

  private static final int LINES_KEPT = 50;

  private final Tail<String> lines = new Tail<>(LINES_KEPT);
  private final Appender appender = new Appender();

  private LogTail() {}

  static LogTail start() {
    LogTail tail = new LogTail();
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback) {
      tail.appender.setContext(logback);
      tail.appender.start();
      logback.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(tail.appender);
    }
    return tail;
  }

  List<String> lines() {
    return lines.toList();
  }

  @Override
  public void close() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback) {
      logback.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(appender);
      appender.stop();
    }
  }

  private final class Appender extends AppenderBase<ILoggingEvent> {
    @Override
    protected void append(ILoggingEvent event) {
      lines.add(
          "%s %s %s [%s] %s"
              .formatted(
                  LocalTime.ofInstant(event.getInstant(), ZoneId.systemDefault()),
                  event.getLevel(),
                  event.getLoggerName(),
                  event.getThreadName(),
                  event.getFormattedMessage()));
    }
  }
}
