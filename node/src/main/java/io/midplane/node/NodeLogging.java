package io.midplane.node;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * Where a node logs: on standard error, and in files of its data folder that are renamed when they
 * are full. A {@code logback.configurationFile} given to the JVM wins.
 */
final class NodeLogging {
  /** Whom the line is about, as far as the thread that logs it knows: those of the keys it has. */
  private static final String KEYS =
      "%replace( node=%X{node} agent=%X{agent} vr=%X{vr} call=%X{call} revision=%X{revision})"
          + "{' [a-z]+=(?= |$)', ''}";

  static final String PATTERN =
      "%date{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0}" + KEYS + " %msg%n";

  private NodeLogging() {}

  /**
   * Begins to log.
   *
   * @param folder for the files
   * @param log {@code midplane.node.log}
   */
  static void start(Path folder, NodeSettings.Log log) {
    if (System.getProperty("logback.configurationFile") != null
        || !(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    context.reset();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(log.level()));
    context.getLogger("akka").setLevel(Level.WARN);
    root.addAppender(standardError(context));
    root.addAppender(files(context, folder.resolve("node.log"), log));
  }

  private static ConsoleAppender<ILoggingEvent> standardError(LoggerContext context) {
    var appender = new ConsoleAppender<ILoggingEvent>();
    appender.setTarget("System.err");
    begin(appender, context);
    return appender;
  }

  private static RollingFileAppender<ILoggingEvent> files(
      LoggerContext context, Path file, NodeSettings.Log log) {
    var appender = new RollingFileAppender<ILoggingEvent>();
    appender.setFile(file.toString());
    var names = new FixedWindowRollingPolicy();
    names.setContext(context);
    names.setParent(appender);
    names.setFileNamePattern(file + ".%i");
    names.setMinIndex(1);
    names.setMaxIndex(log.files());
    names.start();
    var size = new SizeBasedTriggeringPolicy<ILoggingEvent>();
    size.setContext(context);
    size.setMaxFileSize(new FileSize(log.maxFileBytes()));
    size.start();
    appender.setRollingPolicy(names);
    appender.setTriggeringPolicy(size);
    begin(appender, context);
    return appender;
  }

  private static void begin(OutputStreamAppender<ILoggingEvent> appender, LoggerContext context) {
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
  }
}
