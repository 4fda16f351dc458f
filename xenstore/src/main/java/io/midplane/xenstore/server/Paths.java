package io.midplane.xenstore.server;

import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.StorePath;

/** Makes the paths of requests absolute and checks them. */
final class Paths {
  private static final String HOMES = "/local/domain/";
  private static final int MOST_DIGITS = 5;

  private final Domains domains;

  Paths(Domains domains) {
    this.domains = domains;
  }

  /** The absolute path of a node; EINVAL if it breaks a rule or is special. */
  String node(Domain caller, String text) {
    if (StorePath.isSpecial(text)) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    return checked(caller, text);
  }

  /** The same, and the two special paths stay what they are; another special one is ENOENT. */
  String nodeOrSpecial(Domain caller, String text) {
    if (!StorePath.isSpecial(text)) {
      return checked(caller, text);
    }
    if (text.equals(StorePath.INTRODUCE_DOMAIN) || text.equals(StorePath.RELEASE_DOMAIN)) {
      return text;
    }
    throw Refusal.of(ErrorName.ENOENT);
  }

  /** What may be watched: any node, and anything that begins with {@code @}. */
  String watched(Domain caller, String text) {
    if (!StorePath.isSpecial(text)) {
      return checked(caller, text);
    }
    if (text.length() > StorePath.MAX_RELATIVE) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    return text;
  }

  private String checked(Domain caller, String text) {
    String path = StorePath.isAbsolute(text) ? text : caller.home() + "/" + text;
    int length = path.length();
    boolean legal =
        !text.isEmpty()
            && length <= StorePath.MAX_ABSOLUTE
            && length - homeLength(path) <= domains.quota(Quota.PATH_MAX, caller)
            && (length == 1 || path.charAt(length - 1) != '/')
            && !path.contains("//")
            && StorePath.isLegalText(path);
    if (!legal) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    return path;
  }

  /** How many characters at the start are the home of some domain, and not counted. */
  private static int homeLength(String path) {
    if (!path.startsWith(HOMES)) {
      return 0;
    }
    int at = HOMES.length();
    int most = Math.min(path.length(), at + MOST_DIGITS);
    while (at < most && path.charAt(at) >= '0' && path.charAt(at) <= '9') {
      at++;
    }
    boolean home = at > HOMES.length() && at < path.length() && path.charAt(at) == '/';
    return home ? at + 1 : 0;
  }
}
