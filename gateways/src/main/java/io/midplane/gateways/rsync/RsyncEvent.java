package io.midplane.gateways.rsync;

/** What happens while a tree is sent, target by target. */
public sealed interface RsyncEvent {

  /** Which target, as it was added. */
  String target();

  /**
   * The target compared everything with what it has.
   *
   * @param files how many files it asks about
   * @param bytes their sizes
   */
  record Listed(String target, int files, long bytes) implements RsyncEvent {}

  /**
   * The content of a file is on its way, or is not needed.
   *
   * @param path from the source, with slashes; empty if the source is the file
   * @param bytes how many bytes were sent; 0 if the target has them already, or the file is gone
   */
  record Sent(String target, String path, long bytes) implements RsyncEvent {}

  /**
   * The target has taken a file.
   *
   * @param path from the source, with slashes
   * @param size of the file
   */
  record Acknowledged(String target, String path, long size) implements RsyncEvent {}

  /** The target has everything. */
  record Done(String target) implements RsyncEvent {}
}
