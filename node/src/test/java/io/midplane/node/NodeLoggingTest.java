package io.midplane.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeLoggingTest {

  @Test
  void shouldShowTheKeysThatALineHas() {
    assertThat(line(Map.of("node", "sw1", "agent", "vlan", "call", "vlan#7", "vr", "VR-Mgmt")))
        .endsWith(" WARN  table node=sw1 agent=vlan vr=VR-Mgmt call=vlan#7 full\n");
    assertThat(line(Map.of("agent", "vlan"))).endsWith(" WARN  table agent=vlan full\n");
    assertThat(line(Map.of())).endsWith(" WARN  table full\n");
  }

  private static String line(Map<String, String> keys) {
    LoggerContext context = new LoggerContext();
    PatternLayout layout = new PatternLayout();
    layout.setContext(context);
    layout.setPattern(NodeLogging.PATTERN);
    layout.start();
    var event =
        new LoggingEvent("", context.getLogger("agent.table"), Level.WARN, "full", null, null);
    event.setMDCPropertyMap(keys);
    return layout.doLayout(event);
  }
}
