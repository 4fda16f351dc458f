package io.midplane.gateways.wire;

/**
 * A complex number. As a key it equals the number it is if its imaginary part is zero, as in
 * Python; {@link #equals} is that of records.
 *
 * @param real its real part
 * @param imaginary its imaginary part
 */
public record Complex(double real, double imaginary) {

  /** As Python writes it, except that the real part is never left out. */
  @Override
  public String toString() {
    return "(" + real + (Double.compare(imaginary, 0) < 0 ? "-" : "+") + Math.abs(imaginary) + "j)";
  }
}
