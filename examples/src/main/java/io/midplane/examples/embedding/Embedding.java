package io.midplane.examples.embedding;

import io.midplane.actors.Midplane;
import io.midplane.cm.Configuration;
import io.midplane.examples.vlan.VlanAgent;
import io.midplane.protocol.Row;

/** A runtime with one agent, inside this program. */
public final class Embedding {

  private Embedding() {}

  /** Configures a VLAN and reads it back. */
  public static void main(String[] arguments) {
    // snippet: embedding
    try (var midplane = Midplane.start()) {
      midplane.spawn(new VlanAgent(), "vlan");
      var config = Configuration.of(midplane);
      config.set("vlan", Row.of("name", "blue", "id", 7));
      System.out.println(config.get("vlan", "blue"));
    }
    // end
  }
}
