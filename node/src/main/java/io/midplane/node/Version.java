package io.midplane.node;

/** The version of the program. */
final class Version {

  /** From the jar's manifest; "development" for classes that are in no jar. */
  static final String TEXT = read();

  private Version() {}

  private static String read() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
