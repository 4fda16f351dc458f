package io.midplane.cm;

import static io.midplane.cm.Refusals.assertRefused;
import static io.midplane.cm.VlanAgent.full;
import static io.midplane.cm.VlanAgent.key;
import static io.midplane.cm.VlanAgent.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.actors.Midplane;
import io.midplane.calls.ErrorCode;
import io.midplane.protocol.Row;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of an action and of the dirty bit when a handler says no, or says otherwise. */
@Timeout(120)
class RaisedErrorTest {

  private final VlanAgent agent = new VlanAgent().with("a", 1).with("b", 2).with("c", 3);
  private final AtomicReference<String> where = new AtomicReference<>("");
  private Midplane midplane;
  private Configuration config;

  @BeforeEach
  void start() {
    midplane = Midplane.start();
    config = Configuration.of(midplane);
    agent.onAction =
        (method, context) -> {
          if (method.equals(where.get())) {
            try {
              context.dirty(true);
              context.raiseError("not in " + method);
            } catch (RuntimeException swallowed) {
              // goes on as if nothing had happened
            }
          }
        };
    midplane.spawn(agent, "vlan");
  }

  @AfterEach
  void stop() {
    midplane.close();
    assertThat(midplane.graph().openCalls()).isEmpty();
  }

  private ThrowingCallable action(String name) {
    return switch (name) {
      case "get" -> () -> config.get("vlan", "a");
      case "walk" -> () -> config.walk("vlan").forEach(row -> {});
      case "set" -> () -> config.set("vlan", row("a", 9));
      case "delete" -> () -> config.op("vlan", "delete", key("a"));
      case "clear" -> () -> config.op("vlan", "clear", Row.empty());
      default -> throw new IllegalArgumentException(name);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "get, get",
    "next, walk",
    "get, set",
    "check, set",
    "set, set",
    "get, delete",
    "checkOperation, delete",
    "checkOperation, clear",
    "op, delete",
  })
  @DisplayName("B12, B13: an error raised in any part of an action is the answer, swallowed or not")
  void shouldRefuseWhereverTheErrorWasRaised(String part, String action) {
    where.set(part);

    assertRefused(ErrorCode.AGENT_REFUSED, "not in " + part, action(action));

    where.set("");
    assertThat(config.dirty()).isFalse();
    if (!part.equals("set") && !part.equals("op")) {
      assertThat(config.walk("vlan")).containsExactly(full("a", 1), full("b", 2), full("c", 3));
    }
  }

  @Test
  @DisplayName("B12: rows answered before the error are discarded")
  void shouldDiscardTheRowsBeforeTheError() {
    agent.onAction =
        (method, context) -> {
          if (context.isGetNext() && context.params().equals(key("b"))) {
            throw context.raiseError("c is broken");
          }
        };

    assertRefused(ErrorCode.AGENT_REFUSED, "c is broken", () -> config.page("vlan", null, 10));
    assertRefused(
        ErrorCode.AGENT_REFUSED, "c is broken", () -> config.walk("vlan").iterator().next());
    assertThat(config.page("vlan", null, 2).rows()).hasSize(2);
  }

  @Test
  @DisplayName("B13: a set alone turns the bit on, unless the agent says otherwise")
  void shouldTurnTheBitOnByASetAlone() {
    config.set("vlan", row("d", 4));

    assertThat(config.dirty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "set, false, set",
    "op, false, delete",
    "op, false, clear",
    "get, true, get",
    "next, true, walk",
  })
  @DisplayName("B13: what the agent says counts, for every kind of action")
  void shouldLetTheAgentSay(String part, boolean dirty, String action) throws Throwable {
    agent.onAction =
        (method, context) -> {
          if (method.equals(part)) {
            context.dirty(dirty);
          }
        };

    action(action).call();

    assertThat(config.dirty()).isEqualTo(dirty);
  }
}
