package io.midplane.xenstore;

import static io.midplane.xenstore.wire.MessageType.*;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.wire.DomainId;
import io.midplane.xenstore.wire.Texts;
import io.midplane.xenstore.wire.XenStoreException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What is about the server itself. Older servers answer UNSUPPORTED (ENOSYS) to most of it, and
 * NOT_ALLOWED (EACCES) to guests. Errors as in {@link Nodes}. Thread-safe.
 */
public final class Control {
  private final Caller caller;
  private final Features features;

  Control(Caller caller, Features features) {
    this.caller = caller;
    this.features = features;
  }

  /** Runs a command of the daemon's own, {@code check} for instance. Blocks: yes. */
  public String command(String command, String... arguments) {
    return Texts.first(caller.call(commandRequest(command, arguments), "commandAsync()"));
  }

  /** As {@link #command}. Blocks: no. */
  public CompletionStage<String> commandAsync(String command, String... arguments) {
    return caller.callAsync(commandRequest(command, arguments)).thenApply(Texts::first);
  }

  /**
   * Why the last commit of this connection that met a conflict did so: which path, what happened
   * there, and which connection did it. Midplane's server says that; for others, for guests, and if
   * no commit did, it is empty. Blocks: yes.
   */
  public Optional<String> conflict() {
    return conflict(caller, "transaction ");
  }

  /** The same, if it begins so. */
  static Optional<String> conflict(Caller caller, String beginning) {
    try {
      Request request = commandRequest("conflict");
      String said = Texts.first(caller.call(request, "commandAsync()"));
      return Optional.of(said).filter(text -> text.startsWith(beginning)); // oxenstored says OK
    } catch (XenStoreException e) {
      return Optional.empty();
    }
  }

  private static Request commandRequest(String command, String... arguments) {
    String[] texts = new String[arguments.length + 1];
    texts[0] = command;
    System.arraycopy(arguments, 0, texts, 1, arguments.length);
    return Requests.texts(CONTROL, texts);
  }

  /** The server's feature bits; 0 for one that does not know of features. Blocks: yes. */
  public int features() {
    return features.bits();
  }

  /** The features a domain will be offered. Blocks: yes. */
  public int features(DomainId domain) {
    return Integer.parseUnsignedInt(
        Texts.first(caller.call(Requests.ofDomain(GET_FEATURE, domain), "features()")));
  }

  /** Sets the features a domain will be offered; only before it is introduced. Blocks: yes. */
  public void setFeatures(DomainId domain, int bits) {
    caller.call(
        Requests.ofDomain(SET_FEATURE, domain, Integer.toUnsignedString(bits)), "setFeatures()");
  }

  /** Makes the server drop the watches and transactions of this connection. Blocks: no. */
  public CompletionStage<@Nullable Void> resetWatchesAsync() {
    return Nodes.done(caller.callAsync(Requests.resetWatches()));
  }

  /** The names of the quotas. Blocks: yes. */
  public List<String> quotas() {
    String names = Texts.first(caller.call(Requests.empty(GET_QUOTA), "quotas()"));
    return names.isEmpty() ? List.of() : List.of(names.split(" "));
  }

  /**
   * The value of a quota. Blocks: yes.
   *
   * @param domain for one domain; null for the default
   */
  public int quota(String name, @Nullable DomainId domain) {
    Request request =
        domain == null
            ? Requests.texts(GET_QUOTA, name)
            : Requests.texts(GET_QUOTA, domain.toString(), name);
    String text = Texts.first(caller.call(request, "quota()"));
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw Requests.violation("quota " + name, text, "a decimal number");
    }
  }

  /** Sets a quota, for one domain or as the default. Blocks: yes. */
  public void setQuota(String name, @Nullable DomainId domain, int value) {
    if (value < 0) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, name + ": " + value + " (expected: 0 or more)");
    }
    String text = Integer.toString(value);
    caller.call(
        domain == null
            ? Requests.texts(SET_QUOTA, name, text)
            : Requests.texts(SET_QUOTA, domain.toString(), name, text),
        "setQuota()");
  }
}
