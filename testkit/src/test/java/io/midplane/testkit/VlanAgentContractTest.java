package io.midplane.testkit;

import io.midplane.cm.CmAgent;
import io.midplane.protocol.Row;
import java.util.List;

// snippet: contract
class VlanAgentContractTest implements CmAgentContract {

  @Override
  public CmAgent agent() {
    return new VlanAgent();
  }

  @Override
  public List<Row> rows(String table) {
    return List.of(
        Row.of("name", "blue", "id", 7, "ports", List.of("1:1", "1:2")),
        Row.of("name", "green", "id", 8),
        Row.of("name", "amber", "id", 9));
  }

  @Override
  public List<Row> refusedRows(String table) {
    return List.of(Row.of("name", "red", "id", 7), Row.of("name", "blue", "ports", "eth0"));
  }
}
// end
