package io.midplane.node;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;

/** The user at the other end of a Unix socket, as the kernel knows it (SO_PEERCRED). */
record PeerIdentity(UserPrincipal user) {

  static PeerIdentity of(SocketChannel channel) throws IOException {
    return new PeerIdentity(channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user());
  }

  String name() {
    return user.getName();
  }
}
