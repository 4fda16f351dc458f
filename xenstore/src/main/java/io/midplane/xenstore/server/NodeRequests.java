package io.midplane.xenstore.server;

import io.midplane.xenstore.server.Node.Change;
import io.midplane.xenstore.server.Workspace.Edit;
import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.Message;
import io.midplane.xenstore.wire.StorePath;
import io.midplane.xenstore.wire.Texts;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The requests that read and change nodes. */
final class NodeRequests {
  private static final byte[] NO_VALUE = {};

  private final Store store;
  private final Domains domains;
  private final Paths paths;

  NodeRequests(Store store, Domains domains, Paths paths) {
    this.store = store;
    this.domains = domains;
    this.paths = paths;
  }

  byte[] directory(Connection caller, Workspace at, byte[] payload) {
    Node node = readable(caller, at, Arguments.one(payload));
    if (node.children().bytes() > Message.MAX_PAYLOAD) {
      throw Refusal.of(ErrorName.E2BIG);
    }
    return node.children().names();
  }

  byte[] directoryPart(Connection caller, Workspace at, byte[] payload) {
    List<String> texts = Arguments.exactly(2, payload);
    Node node = readable(caller, at, texts.get(0));
    long offset = Numbers.offset(texts.get(1));
    byte[] generation = Texts.join(Long.toString(node.generation()));
    int all = node.children().bytes();
    if (offset >= all) {
      return Arrays.copyOf(generation, generation.length + 1);
    }
    // a name is taken while a byte is left behind it, for the end mark
    int most = Message.MAX_PAYLOAD - generation.length - 1;
    byte[] part = node.children().part((int) offset, most);
    boolean last = offset + part.length == all;
    byte[] reply = Arrays.copyOf(generation, generation.length + part.length + (last ? 1 : 0));
    System.arraycopy(part, 0, reply, generation.length, part.length);
    return reply;
  }

  byte[] read(Connection caller, Workspace at, byte[] payload) {
    return readable(caller, at, Arguments.one(payload)).value();
  }

  byte[] permissions(Connection caller, Workspace at, byte[] payload) {
    String path = paths.nodeOrSpecial(caller.domain(), Arguments.one(payload));
    return found(caller, at, path, Access.READ).access().wire();
  }

  private Node readable(Connection caller, Workspace at, String text) {
    return found(caller, at, paths.node(caller.domain(), text), Access.READ);
  }

  /** The node of that path; ENOENT or EACCES as {@link #missing} says. */
  private Node found(Connection caller, Workspace at, String path, int rights) {
    Node node = permitted(caller, at, path, rights);
    if (node == null) {
      throw Refusal.of(ErrorName.ENOENT);
    }
    return node;
  }

  /**
   * The node of that path, or null if it is missing; EACCES if the caller lacks a right. Who has
   * none of the rights on the nearest node above does not learn whether a node is missing.
   */
  private @Nullable Node permitted(Connection caller, Workspace at, String path, int rights) {
    at.touched(path);
    Node node = at.tree().get(path);
    Domain domain = caller.domain();
    if (domain.isPrivileged()) {
      return node;
    }
    if (node != null) {
      if ((node.access().of(domain) & rights) != rights) {
        throw Refusal.of(ErrorName.EACCES);
      }
      return node;
    }
    String nearest = at.tree().nearest(path);
    at.touched(nearest); // its permissions decide
    Node above = at.tree().get(nearest);
    if (above == null || (above.access().of(domain) & rights) == 0) {
      throw Refusal.of(ErrorName.EACCES);
    }
    return null;
  }

  void write(Connection caller, Workspace at, byte[] payload) {
    int end = Texts.indexOfNul(payload, 0);
    if (end < 0) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    String path = paths.node(caller.domain(), Texts.text(payload, 0, end));
    Node node = permitted(caller, at, path, Access.WRITE);
    byte[] value = Arrays.copyOfRange(payload, end + 1, payload.length);
    if (node == null) {
      make(caller, at, path, value);
      return;
    }
    Change change = store.change(caller.id());
    Node after = node.changed(value, node.access(), change);
    checkSize(caller, after.size());
    replace(at, node, after);
    at.wrote(at.tree().with(path, after, change), new Edit(path, after, node, path, change));
  }

  void mkdir(Connection caller, Workspace at, byte[] payload) {
    String path = paths.node(caller.domain(), Arguments.one(payload));
    if (permitted(caller, at, path, Access.WRITE) == null) {
      make(caller, at, path, NO_VALUE);
    }
  }

  private void make(Connection caller, Workspace at, String path, byte[] value) {
    Tree tree = at.tree();
    String lowest = tree.nearest(path);
    Node above = tree.get(lowest);
    if (above == null) {
      throw new IllegalStateException("no root");
    }
    Domain domain = caller.domain();
    Access access = domain.isPrivileged() ? above.access() : above.access().ownedBy(domain.id());
    Change change = store.change(caller.id());
    Node node = Node.empty(access, change.generation(), change.writer());
    Node made = node.changed(value, access, change);
    checkRoom(caller, at, made, above, path, lowest);
    at.wrote(tree.with(path, made, change), new Edit(path, made, null, lowest, change));
    for (int more = levels(path, lowest) - 1; more > 0; more--) {
      at.account(node, 1);
    }
    at.account(made, 1);
  }

  /** How many nodes a path has below another. */
  private static int levels(String path, String lowest) {
    int levels = 0;
    for (int at = lowest.length() == 1 ? 0 : lowest.length(); at < path.length(); at++) {
      if (path.charAt(at) == '/') {
        levels++;
      }
    }
    return levels;
  }

  private void checkRoom(
      Connection caller, Workspace at, Node made, Node above, String path, String lowest) {
    Domain domain = caller.domain();
    if (domain.isPrivileged()) {
      return;
    }
    int levels = levels(path, lowest);
    domains.check(Quota.NODES, domain, (long) at.nodesOf(domain) + levels);
    long bytes = at.bytesOf(domain) + domain.watchBytes();
    domains.check(Quota.MEMORY, domain, bytes + (long) levels * made.charge());
    checkSize(caller, made.size());
    int from = lowest.length() == 1 ? 1 : lowest.length() + 1;
    int end = path.indexOf('/', from);
    int name = (end < 0 ? path.length() : end) - from;
    checkSize(caller, above.size() + name + 1);
  }

  private void checkSize(Connection caller, int size) {
    // as the C daemon: a node of just the quota's size is too large
    domains.check(Quota.NODE_SIZE, caller.domain(), size + 1L);
  }

  private static void replace(Workspace at, Node before, Node after) {
    at.account(before, -1);
    at.account(after, 1);
  }

  void remove(Connection caller, Workspace at, byte[] payload) {
    String path = paths.node(caller.domain(), Arguments.one(payload));
    Node node = permitted(caller, at, path, Access.WRITE);
    if (path.equals("/")) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    if (node == null) {
      String above = Tree.parent(path);
      at.touched(above);
      if (at.tree().get(above) == null) {
        throw Refusal.of(ErrorName.ENOENT);
      }
      return;
    }
    remove(at, path, node, store.change(caller.id()));
  }

  /** Removes a node that exists, with all below it. */
  static void remove(Workspace at, String path, Node node, Change change) {
    at.removed(
        at.tree().without(path, change), new Edit(path, node, node, Tree.parent(path), change));
    if (at.hasGuestNodes()) {
      accountAll(at, node);
    }
  }

  private static void accountAll(Workspace at, Node node) {
    at.account(node, -1);
    node.children().forEach((name, child) -> accountAll(at, child));
  }

  void setPermissions(Connection caller, Workspace at, byte[] payload) {
    List<String> texts = Arguments.all(payload);
    if (texts.size() < 2) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    Domain domain = caller.domain();
    List<String> entries = texts.subList(1, texts.size());
    domains.check(Quota.NODE_PERMISSIONS, domain, entries.size());
    Access access = Access.parse(entries, domains::exists);
    if (access.ownerIsIgnored()) {
      throw Refusal.of(ErrorName.ENOENT);
    }
    String path = paths.nodeOrSpecial(domain, texts.get(0));
    if (StorePath.isSpecial(path) && !domain.isPrivileged()) {
      throw Refusal.of(ErrorName.EACCES);
    }
    Node node = found(caller, at, path, Access.WRITE | Access.OWN);
    if (!domain.isPrivileged() && access.owner() != node.access().owner()) {
      throw Refusal.of(ErrorName.EPERM);
    }
    Change change = store.change(caller.id());
    Node after = node.changed(node.value(), access, change);
    checkSize(caller, after.size());
    if (!StorePath.isSpecial(path)) {
      replace(at, node, after);
    }
    at.setAccess(at.tree().with(path, after, change), new Edit(path, after, node, path, change));
  }
}
