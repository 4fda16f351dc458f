package io.midplane.gateways.rsync;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Bytes;
import io.midplane.gateways.wire.Dict;
import io.midplane.gateways.wire.Tuple;
import io.midplane.gateways.worker.Channel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A tree on its way to one target. Two threads: one sends, one receives, so that neither side ever
 * waits for the other to read.
 */
final class Transfer {
  private static final int LINKS_END = 42;

  /** A larger file goes in pieces of this, if the target takes pieces. */
  private static final int PIECE = 1 << 20;

  private static final int BUFFER = 1 << 16;
  private static final int MOST_WHOLE = Integer.MAX_VALUE - 64;

  /** What the target asked for, in order. */
  private sealed interface Step {}

  private record Content(List<String> names, SourceTree.File file, @Nullable Bytes digest)
      implements Step {}

  private record Links() implements Step {}

  private final Target target;
  private final SourceTree tree;
  private final Duration timeout;
  private final Consumer<RsyncEvent> events;
  private final Channel channel;
  private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
  private volatile boolean takesPieces;
  private volatile @Nullable MidplaneException failure;
  private int sent;
  private long bytes;
  private int asked;
  private long askedBytes;

  Transfer(Target target, SourceTree tree, Duration timeout, Consumer<RsyncEvent> events) {
    this.target = target;
    this.tree = tree;
    this.timeout = timeout;
    this.events = events;
    this.channel = target.channel();
  }

  /** Sends everything. Blocks: until the target has it. */
  RsyncReport run() {
    Thread sender = Thread.ofVirtual().name("rsync-" + target.name()).start(this::sendOrFail);
    try {
      receiveAll();
      channel.waitClose(timeout);
      boolean unused = sender.join(timeout);
    } catch (MidplaneException ended) {
      MidplaneException cause = failure;
      throw cause == null ? ended : cause;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new MidplaneException(ErrorCode.CANCELLED, "rsync: interrupted", interrupted);
    } finally {
      sender.interrupt();
      channel.close();
    }
    events.accept(new RsyncEvent.Done(target.name()));
    return new RsyncReport(target.name(), tree.fileCount(), asked, sent, bytes);
  }

  // What the target says.

  private void receiveAll() {
    while (true) {
      if (!(channel.receive(timeout) instanceof Tuple said)
          || said.size() != 2
          || !(said.get(0) instanceof String kind)) {
        throw violation("expected a tuple of a word and what belongs to it");
      }
      switch (kind) {
        case "streams" -> takesPieces = true;
        case "send" -> steps.add(wanted(said.get(1)));
        case "list_done" -> events.accept(new RsyncEvent.Listed(target.name(), asked, askedBytes));
        case "ack" -> acknowledged(said.get(1));
        case "links" -> steps.add(new Links());
        case "done" -> {
          return;
        }
        default -> throw violation("unknown word " + kind);
      }
    }
  }

  private Content wanted(@Nullable Object said) {
    if (said instanceof Tuple wanted
        && wanted.size() == 2
        && wanted.get(0) instanceof List<?> path) {
      List<String> names = path.stream().map(String::valueOf).toList();
      SourceTree.File file = tree.file(names);
      if (file != null) {
        asked++;
        askedBytes += file.size();
        return new Content(names, file, wanted.get(1) instanceof Bytes digest ? digest : null);
      }
      throw violation("asks for " + names + ", which it was not offered");
    }
    throw violation("asks for " + said);
  }

  private void acknowledged(@Nullable Object path) {
    String text = String.valueOf(path);
    SourceTree.File file = tree.file(text.isEmpty() ? List.of() : List.of(text.split("/")));
    events.accept(new RsyncEvent.Acknowledged(target.name(), text, file == null ? 0 : file.size()));
  }

  // What is sent.

  private void sendOrFail() {
    try {
      sendAll();
    } catch (MidplaneException known) {
      failure = known;
      channel.close();
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    } catch (Throwable unforeseen) {
      failure =
          new MidplaneException(
              ErrorCode.INTERNAL, "rsync " + target.name() + ": " + unforeseen, unforeseen);
      channel.close();
    }
  }

  private void sendAll() throws InterruptedException {
    Dict options = new Dict();
    options.put("delete", target.deletes());
    options.put("midplane", 1);
    channel.send(Tuple.of(target.folder(), options));
    for (Object node : tree.nodes()) {
      channel.send(node);
    }
    while (true) {
      switch (steps.take()) {
        case Content content -> send(content);
        case Links links -> {
          for (Tuple link : tree.links()) {
            channel.send(link);
          }
          channel.send(LINKS_END);
          return;
        }
      }
    }
  }

  private void send(Content content) {
    long count = 0;
    if (content.digest() == null || !content.digest().equals(digest(content.file()))) {
      count = sendContent(content.file());
    } else {
      channel.send(null);
    }
    bytes += count;
    events.accept(new RsyncEvent.Sent(target.name(), String.join("/", content.names()), count));
  }

  /** How many bytes; a file that cannot be read is None, which leaves what is there. */
  private long sendContent(SourceTree.File file) {
    long count;
    try (InputStream in = Files.newInputStream(file.path(), NOFOLLOW_LINKS)) {
      count = takesPieces ? sendPieces(in) : sendWhole(in, file);
    } catch (IOException goneOrClosed) {
      channel.send(null);
      return 0;
    }
    sent++;
    return count;
  }

  private long sendWhole(InputStream in, SourceTree.File file) throws IOException {
    byte[] whole = in.readNBytes(MOST_WHOLE);
    if (whole.length == MOST_WHOLE) {
      throw new MidplaneException(
          ErrorCode.LIMIT_EXCEEDED,
          file.path() + ": 2 GiB or more (expected: less, since this target takes no pieces)");
    }
    channel.send(whole);
    return whole.length;
  }

  /** Each but the last in a tuple, which tells them apart. */
  private long sendPieces(InputStream in) throws IOException {
    byte[] piece = in.readNBytes(PIECE);
    long count = piece.length;
    while (piece.length == PIECE) {
      channel.send(Tuple.of((Object) piece));
      piece = in.readNBytes(PIECE);
      count += piece.length;
    }
    channel.send(piece);
    return count;
  }

  private static @Nullable Bytes digest(SourceTree.File file) {
    try (InputStream in = Files.newInputStream(file.path(), NOFOLLOW_LINKS)) {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      byte[] buffer = new byte[BUFFER];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        md5.update(buffer, 0, count);
      }
      return Bytes.of(md5.digest());
    } catch (IOException goneOrClosed) {
      return null;
    } catch (NoSuchAlgorithmException missing) {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED, "MD5: this Java has none, and rsync needs it", missing);
    }
  }

  private MidplaneException violation(String what) {
    return new MidplaneException(
        ErrorCode.PROTOCOL_VIOLATION, "rsync: target " + target.name() + ": " + what);
  }
}
