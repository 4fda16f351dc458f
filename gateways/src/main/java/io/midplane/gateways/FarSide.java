package io.midplane.gateways;

/** What runs at the far end, which decides what it can be asked. */
public enum FarSide {
  /** A Java worker of Midplane: takes classes, gives credits. */
  JAVA,
  /** A Python interpreter, or a program in its place that speaks execnet's wire. */
  PYTHON
}
