package io.midplane.protocol;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The state of a node when it answered. Immutable.
 *
 * @param name the node's name
 * @param version the version of its program
 * @param pid its process
 * @param dataDirectory the folder with its data
 * @param state STOPPED, STARTED, BOOTING, LOADCFG, READY or FAIL
 * @param started when it started
 * @param agents its agents
 * @param dirty whether something was configured since the last save
 * @param selected the saved configuration that a restart loads; empty while there is none
 */
public record NodeInfo(
    String name,
    String version,
    long pid,
    Path dataDirectory,
    String state,
    Instant started,
    List<AgentInfo> agents,
    boolean dirty,
    Optional<String> selected) {

  /** Keeps its own copy of the list. */
  public NodeInfo {
    agents = List.copyOf(agents);
  }
}
