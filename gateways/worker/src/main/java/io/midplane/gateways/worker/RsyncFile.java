package io.midplane.gateways.worker;

import io.midplane.gateways.wire.Bytes;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** A file being received, under a name of its own. Closed before it is put, it is gone. */
final class RsyncFile implements Closeable {
  private final RsyncFolder folder;
  private final String name;
  private final SeekableByteChannel content;
  private boolean placed;

  RsyncFile(RsyncFolder folder, String name, SeekableByteChannel content) {
    this.folder = folder;
    this.name = name;
    this.content = content;
  }

  void write(Bytes piece) throws IOException {
    ByteBuffer left = piece.asBuffer();
    while (left.hasRemaining()) {
      int unused = content.write(left);
    }
  }

  /** It is complete: takes the place of what has its name. */
  void put(String destination, FileTime time, @Nullable Integer mode) throws IOException {
    content.close();
    folder.setTime(name, time);
    if (mode != null) {
      folder.setMode(name, mode);
    }
    folder.put(name, destination);
    placed = true;
  }

  @Override
  public void close() throws IOException {
    content.close();
    if (!placed) {
      folder.remove(name);
    }
  }
}
