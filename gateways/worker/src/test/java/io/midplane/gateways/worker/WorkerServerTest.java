package io.midplane.gateways.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManager;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in to a socket server, and who is not. */
@Timeout(60)
class WorkerServerTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Token TOKEN = Token.of("a token of the tests, 0123456789");
  private static final Path PYTHON = Path.of("/usr/bin/python3");

  @TempDir Path folder;

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static WorkerServer serve(ServerSettings settings) throws IOException {
    return WorkerServer.start(
        new Worker(WorkerSettings.defaults(), Tracing.of(Map.of())), settings);
  }

  private static WorkerServer secured() throws IOException {
    return serve(ServerSettings.secured(loopback(), TOKEN));
  }

  private static Socket connect(WorkerServer server, Token token) throws IOException {
    return SocketClient.connect(server.address(), token, TIMEOUT);
  }

  @Test
  @DisplayName("G54: several clients that know the token, over TLS, also by IPv6")
  void shouldServeClientsThatKnowTheToken() throws Exception {
    List<Client> clients = new ArrayList<>();
    try (WorkerServer server = secured();
        WorkerServer six =
            serve(
                ServerSettings.secured(
                    new InetSocketAddress(InetAddress.getByName("::1"), 0), TOKEN))) {
      for (WorkerServer each : List.of(server, server, six)) {
        clients.add(new Client(connect(each, TOKEN)));
      }

      for (int i = 0; i < clients.size(); i++) {
        Channel channel = clients.get(i).run("for (Object item : channel) channel.send(item);");
        channel.send(i);
        assertThat(channel.receive(TIMEOUT)).isEqualTo(i);
      }
      for (Client client : clients) {
        client.close();
        assertThat(client.end().failure()).as("the server closes in order").isNull();
      }
    }
  }

  @Test
  @DisplayName("G54: a client without the token is refused, and others are served on")
  void shouldRefuseAnotherToken() throws Exception {
    try (WorkerServer server = secured()) {
      assertCode(
          ErrorCode.NOT_ALLOWED, () -> connect(server, Token.of("another token 0123456789")));

      try (Client client = new Client(connect(server, TOKEN))) {
        assertThat(client.run("channel.send(1);").receive(TIMEOUT)).isEqualTo(1);
      }
    }
  }

  @Test
  @DisplayName("G54: somebody in between, with a certificate of his own, convinces neither side")
  void shouldRefuseSomebodyInBetween() throws Exception {
    SelfSigned forged = SelfSigned.create();
    try (WorkerServer server = secured();
        SSLServerSocket between =
            (SSLServerSocket)
                forged
                    .context()
                    .getServerSocketFactory()
                    .createServerSocket(0, 1, loopback().getAddress())) {
      Semaphore relayed = new Semaphore(0);
      Thread.ofVirtual().start(() -> relay(between, server.address(), relayed));

      assertCode(
          ErrorCode.NOT_ALLOWED,
          () ->
              SocketClient.connect(
                  new InetSocketAddress(between.getInetAddress(), between.getLocalPort()),
                  TOKEN,
                  TIMEOUT));
      relayed.acquire();
    }
  }

  /** Passes on what both say. */
  private static void relay(SSLServerSocket between, InetSocketAddress to, Semaphore done) {
    try (Socket client = between.accept();
        Socket server = anyTls().getSocketFactory().createSocket(to.getAddress(), to.getPort())) {
      Thread.ofVirtual().start(() -> copy(client, server));
      copy(server, client);
    } catch (IOException | java.security.GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    } finally {
      done.release();
    }
  }

  private static SSLContext anyTls() throws java.security.GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new AnyCertificate()}, null);
    return context;
  }

  private static void copy(Socket from, Socket to) {
    try {
      long unused = from.getInputStream().transferTo(to.getOutputStream());
      to.close();
    } catch (IOException over) {
      System.out.println("relay: " + over.getMessage());
    }
  }

  @Test
  @DisplayName("G54: no TLS there is an error that says so")
  void shouldSayThatTheServerHasNoTls() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 1, loopback().getAddress())) {
      Thread.ofVirtual()
          .start(() -> {
            try (Socket client = plain.accept()) {
              client
                  .getOutputStream()
                  .write("1 is what a stock server says".getBytes(StandardCharsets.US_ASCII));
              var unused = client.getInputStream().readAllBytes();
            } catch (IOException over) {
              System.out.println(over.getMessage());
            }
          });
      var address = (InetSocketAddress) plain.getLocalSocketAddress();

      assertCode(ErrorCode.PROTOCOL_VIOLATION, () -> SocketClient.connect(address, TOKEN, TIMEOUT));
    }
  }

  @Test
  void shouldSayThatNobodyListens() throws Exception {
    InetSocketAddress address;
    try (ServerSocket gone = new ServerSocket(0, 1, loopback().getAddress())) {
      address = (InetSocketAddress) gone.getLocalSocketAddress();
    }

    assertCode(ErrorCode.UNREACHABLE, () -> SocketClient.connect(address, TOKEN, TIMEOUT));
  }

  @Test
  @DisplayName("G54: who says nothing is cut off, with and without a token")
  void shouldCutOffWhoSaysNothing() throws Exception {
    for (ServerSettings settings :
        List.of(ServerSettings.secured(loopback(), TOKEN), ServerSettings.open(loopback()))) {
      try (WorkerServer server = serve(settings.withGreeting(Duration.ofMillis(200)));
          Socket silent = new Socket(server.address().getAddress(), server.address().getPort())) {
        assertThat(silent.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @Test
  @DisplayName("G54: a stock client's bytes at a server with a token get no answer of a worker")
  void shouldNotServeAStockClientIfThereIsAToken() throws Exception {
    try (WorkerServer server = secured();
        Socket stock = new Socket(server.address().getAddress(), server.address().getPort())) {
      stock.getOutputStream().write("'import sys'\n".getBytes(StandardCharsets.US_ASCII));

      assertThat(stock.getInputStream().read()).isNotEqualTo(Greeting.ANSWER);
    }
  }

  @Test
  @DisplayName("G54: no more clients than the limit; a place that gets free is taken again")
  void shouldTurnAwayOneTooMany() throws Exception {
    try (WorkerServer server = serve(ServerSettings.secured(loopback(), TOKEN).withMaxClients(1))) {
      Client first = new Client(connect(server, TOKEN));
      try (Socket second = new Socket(server.address().getAddress(), server.address().getPort())) {
        assertThat(second.getInputStream().read()).isEqualTo(-1);
      }
      first.close();
      var unused = first.end();

      Awaitility.await()
          .atMost(TIMEOUT)
          .ignoreExceptions()
          .until(() -> {
            try (Client next = new Client(connect(server, TOKEN))) {
              return Integer.valueOf(1).equals(next.run("channel.send(1);").receive(TIMEOUT));
            }
          });
    }
  }

  @Test
  @DisplayName("G54: beyond loopback without a token only if that is said")
  void shouldRefuseToListenForEverybody() throws Exception {
    var everywhere = new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 0);

    assertCode(ErrorCode.NOT_ALLOWED, () -> ServerSettings.open(everywhere));
    assertThat(ServerSettings.openToAll(everywhere).token()).isNull();
    assertThat(ServerSettings.secured(everywhere, TOKEN).insecure()).isFalse();
    assertCode(ErrorCode.INVALID_ARGUMENT, () -> ServerSettings.open(loopback()).withMaxClients(0));
  }

  @Test
  @DisplayName("G54: a token file is its owner's only")
  void shouldKeepTheTokenToItsOwner() throws Exception {
    Path file = folder.resolve("token");
    Token created = TokenFile.create(file);

    assertThat(Files.getPosixFilePermissions(file)).hasToString("[OWNER_READ, OWNER_WRITE]");
    assertThat(TokenFile.read(file).proof("x")).isEqualTo(created.proof("x"));
    assertThat(created.toString()).doesNotContain(Files.readString(file).strip());
    assertThatThrownBy(() -> TokenFile.create(file)).isInstanceOf(IOException.class);

    Files.setPosixFilePermissions(
        file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r-----"));
    assertCode(ErrorCode.NOT_ALLOWED, () -> TokenFile.read(file));
    assertCode(ErrorCode.NOT_FOUND, () -> TokenFile.read(folder.resolve("none")));
    assertCode(ErrorCode.INVALID_ARGUMENT, () -> Token.of("too short"));
  }

  @Test
  @Tag("peer")
  @DisplayName("G54: a client in Python, written from the page about the wire, gets in")
  void shouldSpeakAsThePageSays() throws Exception {
    if (System.getenv("CI") == null) {
      Assumptions.assumeTrue(Files.isExecutable(PYTHON), PYTHON + " is not installed");
    }
    Path file = folder.resolve("token");
    Token token = TokenFile.create(file);
    Path script = folder.resolve("greet.py");
    try (InputStream in = WorkerServerTest.class.getResourceAsStream("greet.py")) {
      Files.write(script, in.readAllBytes());
    }
    try (WorkerServer server = serve(ServerSettings.secured(loopback(), token))) {
      Process client =
          new ProcessBuilder(
                  PYTHON.toString(),
                  script.toString(),
                  Integer.toString(server.address().getPort()),
                  file.toString())
              .redirectErrorStream(true)
              .start();

      assertThat(client.inputReader().lines().toList())
          .containsExactly("server knows the token", "worker answers 31", "frame 4 on 1");
    }
  }

  private static void assertCode(
      ErrorCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            MidplaneException.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  /** A coordinator's link over a socket. */
  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final Link link;
    private final java.util.concurrent.CompletableFuture<LinkEnd> end =
        new java.util.concurrent.CompletableFuture<>();

    Client(Socket socket) throws IOException {
      this.socket = socket;
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      out.write(new Greeting("gw0", ExecutionModel.THREAD, true).line());
      assertThat(in.read()).isEqualTo(Greeting.ANSWER);
      link =
          new Link(
              "gw0",
              Side.COORDINATOR,
              out,
              LinkSettings.defaults().withCredits(true),
              new ServedWorker.Refusing(),
              Runnable::run,
              Waits.any());
      Thread.ofVirtual().start(() -> end.complete(link.read(in)));
    }

    Channel run(String source) {
      return link.execute(
          io.midplane.gateways.wire.Tuple.of(
              source, null, null, new io.midplane.gateways.wire.Dict()));
    }

    LinkEnd end() throws Exception {
      return end.get(TIMEOUT.toSeconds(), java.util.concurrent.TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
      link.terminate();
      var unused = end();
      socket.close();
    }
  }
}
