package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Bytes;
import io.midplane.gateways.wire.FileTimes;
import io.midplane.gateways.wire.Tuple;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Receives a tree of files: what a stock client sends to its own receiver, and what a Midplane one
 * does. Nothing outside the destination is touched, whatever the names and the links say; a file
 * appears when it is complete.
 *
 * <p>A sender that offers so is told that it may send a file in pieces: each but the last in a
 * tuple of its own.
 */
final class RsyncReceiver {
  /** What a stock client calls its receiver. */
  static final String FILE_NAME = "rsync_remote.py";

  private static final String DELETE = "delete";
  private static final String MIDPLANE = "midplane";
  private static final int LINKS_END = 42;
  private static final int FOR_OWNER = 0700;
  private static final int PERMISSIONS = 0777;
  private static final int CHUNK = 1 << 16;

  /** Each level holds a folder open. */
  private static final int MOST_LEVELS = 500;

  /**
   * A file whose content was asked for.
   *
   * @param path from the destination; empty if the destination is the file
   * @param hasDigest whether the sender was told what is there
   */
  private record Wanted(
      List<String> path, @Nullable Integer mode, double modified, boolean hasDigest) {}

  private final Channel channel;
  private final Path destination;
  private final String name;
  private final boolean deletes;
  private final List<Wanted> wanted = new ArrayList<>();

  private RsyncReceiver(Channel channel, Path destination, boolean deletes) {
    this.channel = channel;
    this.destination = destination;
    this.name = destination.getFileName().toString();
    this.deletes = deletes;
  }

  /** Receives one tree. Blocks: until all of it is there. */
  static void receive(Channel channel) throws IOException {
    if (!(channel.receive() instanceof Tuple request)
        || request.size() != 2
        || !(request.get(1) instanceof Map<?, ?> options)) {
      throw violation("request", "a tuple of the destination and options");
    }
    if (options.containsKey(MIDPLANE)) {
      channel.send(Tuple.of("streams", null));
    }
    Path destination = destination(RsyncNames.text(request.get(0)));
    Path parent = Objects.requireNonNull(destination.getParent());
    Files.createDirectories(parent);
    new RsyncReceiver(channel, destination, isTrue(options.get(DELETE))).receiveInto(parent);
  }

  /** The folder the user means; a link in its place is followed, since the user named it. */
  private static Path destination(String given) throws IOException {
    Path path = Path.of(System.getProperty("user.dir", "/")).resolve(RsyncNames.file(given));
    Path destination = Files.isDirectory(path) ? path.toRealPath() : path.normalize();
    if (given.isEmpty() || destination.getFileName() == null) {
      throw new MidplaneException(
          ErrorCode.NOT_ALLOWED,
          "destination: \"" + given + "\" (expected: a folder below the root)");
    }
    return destination;
  }

  private void receiveInto(Path parent) throws IOException {
    try (RsyncPlace place = new RsyncPlace(RsyncFolder.open(parent))) {
      takeNode(place.folderOf(List.of(name)), name, List.of(), false);
      channel.send(Tuple.of("list_done", null));
      for (Wanted file : wanted) {
        takeContent(file, place);
      }
      channel.send(Tuple.of("links", null));
      takeLinks(place);
      channel.send(Tuple.of("done", null));
    }
  }

  // The tree, as the sender walks it.

  private void takeNode(RsyncFolder folder, String name, List<String> path, boolean isNew)
      throws IOException {
    Object node = channel.receive();
    if (node == null) {
      return; // a link; it comes at the end
    }
    PosixFileAttributes status = isNew ? null : folder.status(name);
    if (node instanceof List<?> listed && !listed.isEmpty()) {
      takeFolder(folder, name, path, listed, status);
    } else if (node instanceof Tuple file
        && file.size() == 3
        && file.get(1) instanceof Number modified
        && file.get(2) instanceof Number size) {
      Integer mode = file.get(0) instanceof Number given ? given.intValue() & PERMISSIONS : null;
      takeFile(folder, name, path, status, mode, modified.doubleValue(), size.longValue());
    } else {
      throw violation("node", "a list of a folder, a tuple of a file, None for a link");
    }
  }

  private void takeFolder(
      RsyncFolder parent,
      String name,
      List<String> path,
      List<?> listed,
      @Nullable PosixFileAttributes there)
      throws IOException {
    if (path.size() > MOST_LEVELS) {
      throw new MidplaneException(
          ErrorCode.LIMIT_EXCEEDED,
          "folders: more than " + MOST_LEVELS + " within each other, at " + name);
    }
    // A folder that cannot be written to could not be received.
    int mode = listed.getFirst() instanceof Number given ? given.intValue() | FOR_OWNER : FOR_OWNER;
    boolean isNew = true;
    if (there != null && there.isDirectory()) {
      isNew = false;
      if ((mode & PERMISSIONS) != RsyncFolder.mode(there)) {
        parent.setMode(name, mode);
      }
    } else if (there != null) {
      parent.remove(name);
    }
    try (RsyncFolder folder = isNew ? parent.make(name) : parent.enter(name)) {
      if (isNew && (mode & PERMISSIONS) != FOR_OWNER) {
        parent.setMode(name, mode);
      }
      Set<String> names = new HashSet<>();
      for (Object each : listed.subList(1, listed.size())) {
        String child = RsyncNames.name(each);
        names.add(child);
        takeNode(folder, child, with(path, child), isNew);
      }
      if (deletes && !isNew) {
        folder.keepOnly(names);
      }
    }
  }

  private void takeFile(
      RsyncFolder folder,
      String name,
      List<String> path,
      @Nullable PosixFileAttributes there,
      @Nullable Integer mode,
      double modified,
      long size)
      throws IOException {
    if (there == null || !there.isRegularFile() || there.size() != size) {
      ask(new Wanted(path, mode, modified, false), null);
    } else if (FileTimes.toSeconds(there.lastModifiedTime()) != modified) {
      ask(new Wanted(path, mode, modified, true), digest(folder, name));
    } else if (mode != null && mode != RsyncFolder.mode(there)) {
      folder.setMode(name, mode);
    }
  }

  private void ask(Wanted file, @Nullable Bytes digest) {
    wanted.add(file);
    channel.send(Tuple.of("send", Tuple.of(file.path(), digest)));
  }

  private static Bytes digest(RsyncFolder folder, String name) throws IOException {
    MessageDigest md5 = md5();
    try (SeekableByteChannel content = folder.read(name)) {
      ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
      while (content.read(buffer) >= 0) {
        md5.update(buffer.flip());
        buffer.clear();
      }
    }
    return Bytes.of(md5.digest());
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException missing) {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED, "MD5: this Java has none, and rsync needs it", missing);
    }
  }

  private static List<String> with(List<String> path, String name) {
    List<String> longer = new ArrayList<>(path.size() + 1);
    longer.addAll(path);
    longer.add(name);
    return longer;
  }

  // The contents, in the order they were asked for.

  private void takeContent(Wanted file, RsyncPlace place) throws IOException {
    RsyncFolder folder = place.folderOf(fromRoot(file.path()));
    String own = file.path().isEmpty() ? name : file.path().getLast();
    Object content = channel.receive();
    if (content instanceof Bytes || content instanceof Tuple) {
      write(file, folder, own, content);
    } else if (content == null && file.hasDigest() && file.mode() != null) {
      folder.setTime(own, FileTimes.ofSeconds(file.modified()));
      folder.setMode(own, file.mode());
    }
    channel.send(Tuple.of("ack", String.join("/", file.path())));
  }

  private void write(Wanted file, RsyncFolder folder, String own, Object first) throws IOException {
    try (RsyncFile fresh = folder.create()) {
      Object piece = first;
      while (piece instanceof Tuple more
          && more.size() == 1
          && more.get(0) instanceof Bytes bytes) {
        fresh.write(bytes);
        piece = channel.receive();
      }
      if (piece instanceof Bytes last) {
        fresh.write(last);
        fresh.put(own, FileTimes.ofSeconds(file.modified()), file.mode());
      } else if (piece instanceof Tuple) {
        throw violation("content", "bytes, pieces of bytes, or None");
      }
      // Else the sender could not read on, and what is there stays.
    }
  }

  private List<String> fromRoot(List<String> path) {
    List<String> whole = new ArrayList<>(path.size() + 1);
    whole.add(name);
    whole.addAll(path);
    return whole;
  }

  // The links, when all that they may point to is there.

  private void takeLinks(RsyncPlace place) throws IOException {
    for (Object sent = channel.receive(); !isEnd(sent); sent = channel.receive()) {
      if (!(sent instanceof Tuple link) || link.size() != 3) {
        throw violation("link", "a tuple of kind, path and target, or 42 behind the last");
      }
      List<String> path = RsyncNames.path(link.get(1));
      place.folderOf(fromRoot(path)).link(path.getLast(), target(link));
    }
  }

  private String target(Tuple link) {
    String target = RsyncNames.text(link.get(2));
    String kind = RsyncNames.text(link.get(0));
    if (kind.equals("link")) {
      return target;
    }
    if (!kind.equals("linkbase")) {
      throw violation("kind of link", "link or linkbase");
    }
    if (target.isEmpty() || target.equals(".")) {
      return destination.toString();
    }
    return destination.resolve(String.join("/", RsyncNames.path(target))).toString();
  }

  private static boolean isEnd(@Nullable Object sent) {
    return sent instanceof Integer number && number == LINKS_END;
  }

  private static boolean isTrue(@Nullable Object option) {
    return option instanceof Boolean is
        ? is
        : option instanceof Number number && number.intValue() != 0;
  }

  private static MidplaneException violation(String what, String expected) {
    return new MidplaneException(
        ErrorCode.PROTOCOL_VIOLATION, "rsync: a wrong " + what + " (expected: " + expected + ")");
  }
}
