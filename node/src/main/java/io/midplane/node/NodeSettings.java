package io.midplane.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.midplane.actors.SettingsReader;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.time.Duration;
import java.util.List;

/**
 * What {@code midplane.node} in the settings says, read once and checked before anything is
 * started; {@code reference.conf} says what each is for. Immutable.
 *
 * @param eventBuffer events kept for a watching client that does not read
 */
record NodeSettings(
    List<AgentSpec> agents, Duration readyTimeout, Log log, ServerLimits limits, int eventBuffer) {

  private static final List<String> LEVELS =
      List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF");

  NodeSettings {
    agents = List.copyOf(agents);
  }

  /**
   * How the node logs.
   *
   * @param maxFileBytes a file of this size is renamed
   * @param files so many renamed files are kept
   */
  record Log(String level, int maxFileBytes, int files) {}

  /**
   * Reads and checks them.
   *
   * @throws MidplaneException INVALID_ARGUMENT naming the key and what was expected
   */
  static NodeSettings read(Config config) {
    SettingsReader reader = SettingsReader.of(config);
    return new NodeSettings(
        agents(config),
        reader.duration("midplane.node.ready-timeout"),
        new Log(
            reader.word("midplane.node.log.level", LEVELS),
            reader.bytes("midplane.node.log.max-file", 1 << 10, 1 << 30),
            reader.count("midplane.node.log.files", 1, 20)),
        ServerLimits.read(reader),
        reader.count("midplane.node.northbound.event-buffer"));
  }

  private static List<AgentSpec> agents(Config config) {
    try {
      return config.getConfigList("midplane.node.agents").stream()
          .<AgentSpec>map(AgentSpec::of)
          .toList();
    } catch (ConfigException wrong) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "midplane.node.agents: %s (expected: a list of { class = …, name = … })"
              .formatted(wrong.getMessage()),
          wrong);
    }
  }
}
