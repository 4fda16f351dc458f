package io.midplane.xenstore;

import static io.midplane.xenstore.wire.MessageType.*;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.wire.DomainId;
import io.midplane.xenstore.wire.Texts;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the store knows and is told of domains. Whether the caller may is for the server to say: it
 * answers NOT_ALLOWED (EACCES) to those who may not. Errors as in {@link Nodes}. Thread-safe.
 */
public final class Domains {
  private final XenStore store;
  private final Caller caller;

  Domains(XenStore store, Caller caller) {
    this.store = store;
    this.caller = caller;
  }

  /** The home of a domain, {@code /local/domain/N}. Blocks: yes. */
  public String path(DomainId domain) {
    return Texts.first(caller.call(Requests.ofDomain(GET_DOMAIN_PATH, domain), "pathAsync()"));
  }

  /** As {@link #path}. Blocks: no. */
  public CompletionStage<String> pathAsync(DomainId domain) {
    return caller.callAsync(Requests.ofDomain(GET_DOMAIN_PATH, domain)).thenApply(Texts::first);
  }

  /** Whether the server communicates with a domain. Blocks: yes. */
  public boolean isIntroduced(DomainId domain) {
    Request request = Requests.ofDomain(IS_DOMAIN_INTRODUCED, domain);
    return Requests.flag(caller.call(request, "isIntroducedAsync()"));
  }

  /** As {@link #isIntroduced}. Blocks: no. */
  public CompletionStage<Boolean> isIntroducedAsync(DomainId domain) {
    return caller
        .callAsync(Requests.ofDomain(IS_DOMAIN_INTRODUCED, domain))
        .thenApply(Requests::flag);
  }

  /**
   * Makes the server communicate with a new domain. Blocks: yes.
   *
   * @param frame the number of the page that holds the domain's ring
   * @param eventChannel the domain's port, from 1
   * @throws MidplaneException INVALID_ARGUMENT for domain 0, with nothing sent
   */
  public void introduce(DomainId domain, long frame, int eventChannel) {
    caller.call(introduction(domain, frame, eventChannel), "introduceAsync()");
  }

  /** As {@link #introduce}. Blocks: no. */
  public CompletionStage<@Nullable Void> introduceAsync(
      DomainId domain, long frame, int eventChannel) {
    return Nodes.done(caller.callAsync(introduction(domain, frame, eventChannel)));
  }

  private static Request introduction(DomainId domain, long frame, int eventChannel) {
    if (domain.value() == 0) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "domain: 0 (expected: 1 to "
              + (DomainId.FIRST_RESERVED - 1)
              + "); the server knows the control domain");
    }
    String port = Integer.toString(eventChannel);
    return Requests.ofDomain(INTRODUCE, domain, Long.toString(frame), port);
  }

  /** Makes the server forget a domain. Blocks: yes. */
  public void release(DomainId domain) {
    caller.call(Requests.ofDomain(RELEASE, domain), "releaseAsync()");
  }

  /** As {@link #release}. Blocks: no. */
  public CompletionStage<@Nullable Void> releaseAsync(DomainId domain) {
    return Nodes.done(caller.callAsync(Requests.ofDomain(RELEASE, domain)));
  }

  /** Says that a domain goes on, so that its next shutdown is reported again. Blocks: yes. */
  public void resume(DomainId domain) {
    caller.call(Requests.ofDomain(RESUME, domain), "resumeAsync()");
  }

  /** As {@link #resume}. Blocks: no. */
  public CompletionStage<@Nullable Void> resumeAsync(DomainId domain) {
    return Nodes.done(caller.callAsync(Requests.ofDomain(RESUME, domain)));
  }

  /** Lets a domain act with the rights of another. Blocks: yes. */
  public void setTarget(DomainId domain, DomainId target) {
    caller.call(Requests.ofDomain(SET_TARGET, domain, target.toString()), "setTargetAsync()");
  }

  /** As {@link #setTarget}. Blocks: no. */
  public CompletionStage<@Nullable Void> setTargetAsync(DomainId domain, DomainId target) {
    return Nodes.done(caller.callAsync(Requests.ofDomain(SET_TARGET, domain, target.toString())));
  }

  /**
   * Watches domains come and go, and says which: the server's events do not, so the domains before
   * and after are compared. Those that are there at the beginning are reported first. A domain is
   * seen if it has a home in the store or was introduced through this object's store; a server with
   * depth watches names every domain itself. Blocks: yes.
   *
   * @param callback called for one event at a time, on a virtual thread that may block
   */
  public DomainWatch watch(Consumer<? super DomainEvent> callback) {
    return DomainWatch.start(store, callback);
  }

  /** As {@link #watch}. Blocks: no. */
  public CompletionStage<DomainWatch> watchAsync(Consumer<? super DomainEvent> callback) {
    return Caller.later(() -> watch(callback));
  }
}
