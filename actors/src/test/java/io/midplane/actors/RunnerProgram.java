package io.midplane.actors;

import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.Behaviors;
import java.util.concurrent.CountDownLatch;

/** A program that ends in the way its argument says; run in a JVM of its own. */
final class RunnerProgram {

  private RunnerProgram() {}

  public static void main(String[] arguments) {
    Midplane midplane = Midplane.start();
    midplane.spawnActor(
        Behaviors.<String>receive(
            (same, message) -> Behaviors.same(),
            (same, signal) -> {
              if (signal instanceof PostStop) {
                say("PostStop");
              }
              return Behaviors.same();
            }),
        "actor");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> say("shutdown hook")));
    Runner.run(midplane, own -> main(own, arguments[0]));
    say("run returned");
  }

  private static void main(Midplane midplane, String way) throws Exception {
    try {
      switch (way) {
        case "return" -> Thread.ofPlatform().start(() -> serveThenClose(midplane));
        case "throw" -> {
          Thread.ofPlatform().start(() -> serveThenClose(midplane));
          throw new IllegalStateException("no such interface: eth7");
        }
        case "Runner.exit" -> Runner.exit(7);
        case "System.exit" -> System.exit(8);
        case "Runtime.halt" -> Runtime.getRuntime().halt(9);
        case "wait" -> {
          say("waiting");
          new CountDownLatch(1).await();
        }
        default -> throw new IllegalArgumentException(way);
      }
    } finally {
      say("finally");
    }
  }

  private static void serveThenClose(Midplane midplane) {
    Thread runner =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("midplane-runner"))
            .findAny()
            .orElse(null);
    try {
      if (runner != null) {
        runner.join();
      }
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
    say("state " + midplane.state());
    Service<String, String> echo = midplane.service("echo", question -> question);
    say(echo.call("served"));
    midplane.close();
  }

  private static void say(String text) {
    System.out.println("> " + text);
    System.out.flush();
  }
}
