package io.midplane.examples.demo;

/** A step of the demo did not show what it was to show. */
final class DemoFailedException extends Exception {

  DemoFailedException(String message) {
    super(message);
  }
}
