package io.midplane.xenstore;

import io.midplane.xenstore.wire.DomainId;

/** A domain came or went. */
public sealed interface DomainEvent {

  /** Which domain. */
  DomainId domain();

  /** The server communicates with a domain. */
  record Introduced(DomainId domain) implements DomainEvent {}

  /** The server no longer communicates with a domain. */
  record Released(DomainId domain) implements DomainEvent {}
}
