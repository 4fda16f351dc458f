package io.midplane.xenstore.server;

import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.Message;
import io.midplane.xenstore.wire.MessageType;
import io.midplane.xenstore.wire.Texts;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Performs requests and answers each with exactly one reply, whatever it is. */
final class Requests {
  private static final Logger LOG = LoggerFactory.getLogger(XenStoreServer.class);
  private static final byte[] OK = Texts.join("OK");

  private final Store store;
  private final Trace trace;
  private final NodeRequests nodes;
  private final WatchRequests watches;
  private final TransactionRequests transactions;
  private final DomainRequests domains;
  private final ControlRequests control;

  Requests(
      Store store,
      Trace trace,
      NodeRequests nodes,
      WatchRequests watches,
      TransactionRequests transactions,
      DomainRequests domains,
      ControlRequests control) {
    this.store = store;
    this.trace = trace;
    this.nodes = nodes;
    this.watches = watches;
    this.transactions = transactions;
    this.domains = domains;
    this.control = control;
  }

  /** Performs a request; the reply is in the caller's outbox, its own events before it. */
  void perform(Connection caller, Message request) {
    trace.in(caller, request);
    Watch fresh = null;
    Message reply;
    try {
      MessageType type = checkedType(caller, request.type());
      byte[] payload = request.payload();
      if (type == MessageType.WATCH) {
        fresh = watches.watch(caller, payload);
        reply = reply(request, OK);
      } else {
        reply = reply(request, answer(type, caller, transaction(type, caller, request), payload));
      }
    } catch (Refusal refusal) {
      if (refusal.name().equals(ErrorName.ENOSPC)
          && request.type() != MessageType.SET_PERMS.code()) {
        failTransaction(caller, request.transactionId());
      }
      reply = error(request, refusal.name());
    } catch (RuntimeException bug) {
      LOG.error("XS-0120 {}: a request failed in a way nobody foresaw: {}", caller, request, bug);
      reply = error(request, ErrorName.EIO);
    }
    trace.out(caller, reply);
    caller.reply(reply);
    if (fresh != null) {
      caller.tell(fresh.event(fresh.path()));
    }
  }

  private static MessageType checkedType(Connection caller, int code) {
    MessageType type = MessageType.of(code);
    if (type == null || type == MessageType.WATCH_EVENT || type == MessageType.ERROR) {
      throw Refusal.of(ErrorName.ENOSYS);
    }
    if (isPrivileged(type) && !caller.domain().isPrivileged()) {
      throw Refusal.of(ErrorName.EACCES);
    }
    return type;
  }

  private static boolean isPrivileged(MessageType type) {
    return switch (type) {
      case CONTROL,
          INTRODUCE,
          RELEASE,
          IS_DOMAIN_INTRODUCED,
          RESUME,
          SET_TARGET,
          SET_FEATURE,
          GET_QUOTA,
          SET_QUOTA ->
          true;
      default -> false;
    };
  }

  /** A quota was passed: what had been done inside the transaction before cannot be committed. */
  private static void failTransaction(Connection caller, int id) {
    Transaction transaction = caller.transactions().get(id);
    if (transaction != null) {
      transaction.fail();
    }
  }

  private static @Nullable Transaction transaction(
      MessageType type, Connection caller, Message request) {
    int id = request.transactionId();
    if (id == 0 || type == MessageType.UNWATCH) {
      return null;
    }
    Transaction transaction = caller.transactions().get(id);
    if (transaction == null) {
      throw Refusal.of(ErrorName.ENOENT);
    }
    return transaction;
  }

  private byte[] answer(
      MessageType type, Connection caller, @Nullable Transaction inside, byte[] payload) {
    Workspace at = inside == null ? store : inside;
    return switch (type) {
      case DIRECTORY -> nodes.directory(caller, at, payload);
      case DIRECTORY_PART -> nodes.directoryPart(caller, at, payload);
      case READ -> nodes.read(caller, at, payload);
      case GET_PERMS -> nodes.permissions(caller, at, payload);
      case TRANSACTION_START -> transactions.start(caller, inside);
      case GET_DOMAIN_PATH -> domains.path(payload);
      case IS_DOMAIN_INTRODUCED -> domains.isIntroduced(payload);
      case GET_FEATURE -> domains.features(caller, payload);
      case GET_QUOTA -> domains.quota(payload);
      case CONTROL -> control.perform(caller, payload);
      default -> {
        change(type, caller, inside, at, payload);
        yield OK;
      }
    };
  }

  private void change(
      MessageType type,
      Connection caller,
      @Nullable Transaction inside,
      Workspace at,
      byte[] payload) {
    switch (type) {
      case WRITE -> nodes.write(caller, at, payload);
      case MKDIR -> nodes.mkdir(caller, at, payload);
      case RM -> nodes.remove(caller, at, payload);
      case SET_PERMS -> nodes.setPermissions(caller, at, payload);
      case UNWATCH -> watches.unwatch(caller, payload);
      case RESET_WATCHES -> watches.reset(caller);
      case TRANSACTION_END -> transactions.end(caller, inside, payload);
      case INTRODUCE -> domains.introduce(payload);
      case RELEASE -> domains.release(payload);
      case RESUME -> domains.resume(payload);
      case SET_TARGET -> domains.setTarget(payload);
      case SET_FEATURE -> domains.setFeatures(payload);
      case SET_QUOTA -> domains.setQuota(payload);
      default -> throw Refusal.of(ErrorName.ENOSYS);
    }
  }

  private static Message reply(Message request, byte[] payload) {
    if (payload.length > Message.MAX_PAYLOAD) {
      throw Refusal.of(ErrorName.E2BIG);
    }
    return new Message(request.type(), request.requestId(), request.transactionId(), payload);
  }

  private static Message error(Message request, ErrorName name) {
    return new Message(
        MessageType.ERROR, request.requestId(), request.transactionId(), Texts.join(name.text()));
  }
}
