package io.midplane.testkit.xenstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every XenStore server does, as tests that run against the real daemons and ours alike. Where
 * a server differs, its answer stands beside the common one.
 */
@ParameterizedClass(name = "{0}")
@EnumSource(XenStoreKind.class)
abstract class XenStoreSpec {

  /** What one server answers otherwise than the rest. */
  record Exception(XenStoreKind kind, String answer) {}

  @Parameter XenStoreKind kind;
  @TempDir Path folder;

  XenStoreUnderTest store;

  /** A connection over the socket, as privileged as domain 0. */
  RawConnection root;

  @BeforeEach
  void startServer() {
    store = start();
    root = store.connect();
  }

  XenStoreUnderTest start() {
    return start(kind, folder);
  }

  /** Starts any of them. */
  static XenStoreUnderTest start(XenStoreKind kind, Path folder) {
    return kind == XenStoreKind.MIDPLANE
        ? EmbeddedXenStore.start(folder)
        : XenStoreDaemon.start(kind, folder);
  }

  @AfterEach
  void stopServer() {
    if (root != null) {
      root.close();
    }
    if (store != null) {
      store.close();
    }
  }

  static Exception ocaml(String answer) {
    return new Exception(XenStoreKind.OCAML, answer);
  }

  static Exception ours(String answer) {
    return new Exception(XenStoreKind.MIDPLANE, answer);
  }

  boolean isOcaml() {
    return kind == XenStoreKind.OCAML;
  }

  /** The answer that this server is to give. */
  String here(String common, Exception... exceptions) {
    return Arrays.stream(exceptions)
        .filter(exception -> exception.kind() == kind)
        .map(Exception::answer)
        .findFirst()
        .orElse(common);
  }

  /** Asks on the privileged connection. */
  void expect(String request, String answer, Exception... exceptions) {
    expect(root, request, answer, exceptions);
  }

  /** Asks, and wants this answer. */
  void expect(RawConnection by, String request, String answer, Exception... exceptions) {
    assertThat(by.ask(request)).as("%s: %s", by, request).isEqualTo(here(answer, exceptions));
  }

  /** Wants these events and no more to have come to a connection. */
  void expectEvents(RawConnection at, String... events) {
    assertThat(at.events()).as("events at %s", at).isEqualTo(List.of(events));
  }

  /** Starts a transaction; its id. */
  String begin(RawConnection by) {
    return by.ask("TRANSACTION_START |").replace("|", "");
  }
}
