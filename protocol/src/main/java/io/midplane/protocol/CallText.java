package io.midplane.protocol;

/** A request in words, put together only when a message needs them. */
record CallText(String verb, Object subject, Object detail) {

  static CallText of(String verb) {
    return new CallText(verb, "", "");
  }

  static CallText of(String verb, Object subject) {
    return new CallText(verb, subject, "");
  }

  @Override
  public String toString() {
    return (verb + " " + subject + " " + detail).strip();
  }
}
