package io.midplane.xenstore.server;

import io.midplane.xenstore.wire.DomainId;
import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.Permission;
import io.midplane.xenstore.wire.Permission.Right;
import io.midplane.xenstore.wire.Texts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A node's list of permissions, immutable and shared by the nodes that inherited it. An entry for a
 * domain that did not exist when it was set is shown and ignored for good, so that a later domain
 * of that number inherits nothing.
 */
final class Access {
  /** The bit for reading. */
  static final int READ = 1;

  /** The bit for writing. */
  static final int WRITE = 2;

  /** The bit for owning. */
  static final int OWN = 4;

  private static final int ALL = READ | WRITE | OWN;
  private static final int IGNORED = 8;

  private static final String LETTERS = "nrwb";

  private final int[] domains;
  private final byte[] rights;

  private Access(int[] domains, byte[] rights) {
    this.domains = domains;
    this.rights = rights;
  }

  /** Nothing for anyone but domain 0: {@code n0}. */
  static Access closed() {
    return new Access(new int[1], new byte[1]);
  }

  /** From data, for domains that are taken as existing. */
  static Access of(List<Permission> permissions) {
    int[] domains = new int[permissions.size()];
    byte[] rights = new byte[permissions.size()];
    for (int at = 0; at < domains.length; at++) {
      domains[at] = permissions.get(at).domain().value();
      rights[at] = (byte) permissions.get(at).right().ordinal();
    }
    return new Access(domains, rights);
  }

  /**
   * From the texts of a request, whose numbers follow the rules of C: blanks, a sign, and the bases
   * 8, 10 and 16.
   *
   * @param exists whether there is a domain of that number
   */
  static Access parse(List<String> texts, IntPredicate exists) {
    int[] domains = new int[texts.size()];
    byte[] rights = new byte[texts.size()];
    for (int at = 0; at < domains.length; at++) {
      String text = texts.get(at);
      int right = text.isEmpty() ? -1 : LETTERS.indexOf(text.charAt(0));
      if (right < 0) {
        throw Refusal.of(ErrorName.EINVAL);
      }
      int domain = Numbers.inC(text.substring(1));
      domains[at] = domain;
      boolean known = exists.test(domain) || (at > 0 && domain == DomainId.ANY.value());
      rights[at] = (byte) (known ? right : right | IGNORED);
    }
    return new Access(domains, rights);
  }

  int size() {
    return domains.length;
  }

  int owner() {
    return domains[0];
  }

  /** Whether the owner did not exist when the list was set. */
  boolean ownerIsIgnored() {
    return (rights[0] & IGNORED) != 0;
  }

  /** What a domain may do. */
  int of(Domain caller) {
    if (caller.isPrivileged() || caller.actsAs(domains[0])) {
      return ALL;
    }
    for (int at = 1; at < domains.length; at++) {
      boolean matches = domains[at] == DomainId.ANY.value() || caller.actsAs(domains[at]);
      if (matches && (rights[at] & IGNORED) == 0) {
        return rights[at];
      }
    }
    return rights[0] & (READ | WRITE);
  }

  /** The same with another owner. */
  Access ownedBy(int domain) {
    if (domains[0] == domain) {
      return this;
    }
    int[] others = domains.clone();
    others[0] = domain;
    return new Access(others, rights);
  }

  /** Whether an entry after the first is for that domain. */
  boolean names(int domain) {
    for (int at = 1; at < domains.length; at++) {
      if (domains[at] == domain) {
        return true;
      }
    }
    return false;
  }

  /** Without the entries, after the first, of a domain. */
  Access without(int domain) {
    int[] keptDomains = new int[domains.length];
    byte[] keptRights = new byte[domains.length];
    int kept = 0;
    for (int at = 0; at < domains.length; at++) {
      if (at == 0 || domains[at] != domain) {
        keptDomains[kept] = domains[at];
        keptRights[kept++] = rights[at];
      }
    }
    return new Access(Arrays.copyOf(keptDomains, kept), Arrays.copyOf(keptRights, kept));
  }

  /** As a reply carries it. */
  byte[] wire() {
    String[] texts = new String[domains.length];
    for (int at = 0; at < domains.length; at++) {
      texts[at] = LETTERS.charAt(rights[at] & 3) + Integer.toString(domains[at]);
    }
    return Texts.join(texts);
  }

  /** As data; entries that are ignored are left out. */
  List<Permission> permissions() {
    List<Permission> permissions = new ArrayList<>(domains.length);
    for (int at = 0; at < domains.length; at++) {
      if ((rights[at] & IGNORED) == 0) {
        permissions.add(Permission.of(Right.values()[rights[at]], domains[at]));
      }
    }
    return List.copyOf(permissions);
  }
}
