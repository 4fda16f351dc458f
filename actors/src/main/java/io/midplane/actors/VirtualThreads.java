package io.midplane.actors;

import akka.dispatch.DispatcherPrerequisites;
import akka.dispatch.ExecutorServiceConfigurator;
import akka.dispatch.ExecutorServiceFactory;
import com.typesafe.config.Config;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/** The executor of {@code midplane.virtual-dispatcher}; made by Akka, by its name. */
final class VirtualThreads extends ExecutorServiceConfigurator {

  /** The constructor that Akka looks for. */
  VirtualThreads(Config config, DispatcherPrerequisites prerequisites) {
    super(config, prerequisites);
  }

  @Override
  public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory platform) {
    ThreadFactory threads = Thread.ofVirtual().name(id + "-", 0).factory();
    return () -> Executors.newThreadPerTaskExecutor(threads);
  }
}
