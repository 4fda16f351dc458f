void main() {
  try (var node = MidplaneClient.connect()) {
    node.configuration().walk("vlan").forEach(IO::println);
  }
}
