package io.midplane.cm;

import static io.midplane.cm.VlanAgent.full;
import static io.midplane.cm.VlanAgent.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.actors.Midplane;
import io.midplane.actors.ProcessState;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.Row;
import io.midplane.protocol.RowStatus;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConfigurationTest {

  private final VlanAgent agent = new VlanAgent();
  private Midplane midplane;
  private Configuration config;

  @BeforeEach
  void start() {
    midplane = Midplane.start();
    midplane.spawn(agent, "vlan");
    config = Configuration.of(midplane);
  }

  @AfterEach
  void stop() {
    midplane.close();
  }

  @Test
  void shouldSetAndGetARow() {
    config.set("vlan", row("blue", 7));

    assertThat(config.get("vlan", "blue")).isEqualTo(full("blue", 7));
    assertThat(config.get("vlan", Row.of("name", "blue"))).isEqualTo(full("blue", 7));
  }

  @Test
  void shouldAnswerAsynchronously() throws Exception {
    config
        .setAsync("vlan", row("blue", 7))
        .thenCompose(set -> config.getAsync("vlan", "blue"))
        .thenAccept(got -> assertThat(got).isEqualTo(full("blue", 7)))
        .thenCompose(got -> config.opAsync("vlan", "delete", Row.of("name", "blue")))
        .thenCompose(deleted -> config.pageAsync("vlan", null, 10))
        .thenAccept(page -> assertThat(page).isEqualTo(new Page(List.of(), false)))
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  @Test
  void shouldChangeOnlyTheColumnsThatAreNamed() {
    config.set(
        "vlan", Row.of("name", "blue", "id", 7, "ports", List.of("1:1"), "description", "x"));

    config.set("vlan", Row.of("name", "blue", "ports", List.of("1:2", "1:3")));

    assertThat(config.get("vlan", "blue"))
        .isEqualTo(
            Row.of("name", "blue", "id", 7, "ports", List.of("1:2", "1:3"), "description", "x"));
  }

  @Test
  void shouldReadTextAsItsColumnsType() {
    config.set("vlan", Row.of("name", "blue", "id", "7", "ports", "1:1,1:2"));

    assertThat(config.get("vlan", "blue"))
        .isEqualTo(
            Row.of("name", "blue", "id", 7, "ports", List.of("1:1", "1:2"), "description", ""));
  }

  @Test
  void shouldRemoveARowAndClearATable() {
    config.set("vlan", row("blue", 7));
    config.set("vlan", row("red", 8));
    config.set("vlan", row("green", 9));

    config.op("vlan", "delete", Row.of("name", "red"));
    assertThat(config.walk("vlan").stream().map(r -> r.text("name")))
        .containsExactly("blue", "green");

    config.op("vlan", "clear", Row.empty());
    assertThat(config.walk("vlan")).isEmpty();
  }

  @Test
  void shouldWalkInTheOrderOfTheKeys() {
    for (int i = 0; i < 1000; i++) {
      config.set("vlan", row("v" + i, i + 1));
    }

    assertThat(config.walk("vlan").stream().map(r -> r.text("name"))).hasSize(1000).isSorted();
    assertThat(config.walk("vlan", WalkOptions.all().after("v1").max(3)).stream())
        .containsExactly(full("v10", 11), full("v100", 101), full("v101", 102));
  }

  @Test
  @DisplayName("B11: a row says MORE while others follow, SUCCESS at the end")
  void shouldTellTheStatusOfEachRow() {
    config.set("vlan", row("blue", 7));
    config.set("vlan", row("red", 8));

    Page first = config.page("vlan", null, 1);
    Page whole = config.page("vlan", null, 10);

    assertThat(first.status(0)).isEqualTo(RowStatus.MORE);
    assertThat(List.of(whole.status(0), whole.status(1)))
        .containsExactly(RowStatus.MORE, RowStatus.SUCCESS);
  }

  @Test
  void shouldListTheTables() {
    assertThat(config.tables())
        .singleElement()
        .satisfies(table -> {
          assertThat(table.name()).isEqualTo("vlan");
          assertThat(table.agent()).isEqualTo("vlan");
          assertThat(table.persistent()).isTrue();
          assertThat(table.operations()).containsExactly("delete", "clear");
          assertThat(table.columns())
              .extracting("name")
              .containsExactly("name", "id", "ports", "description");
        });
  }

  @Test
  void shouldForgetTheTablesOfAStoppedAgent() {
    midplane.agent("vlan").orElseThrow().stop();

    assertThat(midplane.state()).isEqualTo(ProcessState.READY);
    assertThatThrownBy(() -> config.get("vlan", "blue"))
        .isInstanceOfSatisfying(
            MidplaneException.class,
            e -> assertThat(e.code()).isIn(ErrorCode.NOT_FOUND, ErrorCode.MODULE_UNAVAILABLE));
    midplane.spawn(new VlanAgent(), "vlan2");
    assertThat(config.walk("vlan")).isEmpty();
  }
}
