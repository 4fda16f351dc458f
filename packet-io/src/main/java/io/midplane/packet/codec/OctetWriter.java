package io.midplane.packet.codec;

import io.midplane.packet.frame.MacAddress;
import java.util.Arrays;

/** Puts numbers and bytes one behind the other. */
final class OctetWriter {
  private byte[] array;
  private int used;

  OctetWriter(int room) {
    array = new byte[room];
  }

  private int room(int bytes) {
    int at = used;
    if (bytes > array.length - at) {
      array = Arrays.copyOf(array, Math.max(2 * array.length, at + bytes));
    }
    used += bytes;
    return at;
  }

  int length() {
    return used;
  }

  OctetWriter u8(int value) {
    int at = room(1);
    array[at] = (byte) value;
    return this;
  }

  OctetWriter u16(int value) {
    int at = room(2);
    array[at] = (byte) (value >>> 8);
    array[at + 1] = (byte) value;
    return this;
  }

  OctetWriter u24(int value) {
    return u8(value >>> 16).u16(value);
  }

  OctetWriter u32(long value) {
    return u16((int) (value >>> 16)).u16((int) value);
  }

  OctetWriter u64(long value) {
    return u32(value >>> 32).u32(value);
  }

  OctetWriter mac(MacAddress address) {
    return u16((int) (address.bits() >>> 32)).u32(address.bits());
  }

  OctetWriter octets(Octets octets) {
    int at = room(octets.length());
    System.arraycopy(octets.array(), octets.offset(), array, at, octets.length());
    return this;
  }

  OctetWriter zeros(int count) {
    room(count);
    return this;
  }

  /** Overwrites two bytes. */
  OctetWriter set16(int at, int value) {
    array[at] = (byte) (value >>> 8);
    array[at + 1] = (byte) value;
    return this;
  }

  byte[] toBytes() {
    return used == array.length ? array : Arrays.copyOf(array, used);
  }
}
