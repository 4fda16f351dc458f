package io.midplane.protocol;

import com.google.protobuf.Message;
import io.midplane.protocol.northbound.v1.AgentStatus;
import io.midplane.protocol.northbound.v1.Column;
import io.midplane.protocol.northbound.v1.ColumnType;
import io.midplane.protocol.northbound.v1.Credit;
import io.midplane.protocol.northbound.v1.DiffRequest;
import io.midplane.protocol.northbound.v1.Event;
import io.midplane.protocol.northbound.v1.EventBatch;
import io.midplane.protocol.northbound.v1.Failure;
import io.midplane.protocol.northbound.v1.GetReply;
import io.midplane.protocol.northbound.v1.GetRequest;
import io.midplane.protocol.northbound.v1.Hello;
import io.midplane.protocol.northbound.v1.Items;
import io.midplane.protocol.northbound.v1.Key;
import io.midplane.protocol.northbound.v1.ListReply;
import io.midplane.protocol.northbound.v1.ListRequest;
import io.midplane.protocol.northbound.v1.Notice;
import io.midplane.protocol.northbound.v1.OperateReply;
import io.midplane.protocol.northbound.v1.OperateRequest;
import io.midplane.protocol.northbound.v1.Reply;
import io.midplane.protocol.northbound.v1.Request;
import io.midplane.protocol.northbound.v1.RowBatch;
import io.midplane.protocol.northbound.v1.SaveReply;
import io.midplane.protocol.northbound.v1.SaveRequest;
import io.midplane.protocol.northbound.v1.SavedConfiguration;
import io.midplane.protocol.northbound.v1.SetReply;
import io.midplane.protocol.northbound.v1.SetRequest;
import io.midplane.protocol.northbound.v1.ShowRequest;
import io.midplane.protocol.northbound.v1.StatusReply;
import io.midplane.protocol.northbound.v1.StatusRequest;
import io.midplane.protocol.northbound.v1.StopReply;
import io.midplane.protocol.northbound.v1.StopRequest;
import io.midplane.protocol.northbound.v1.Table;
import io.midplane.protocol.northbound.v1.TablesReply;
import io.midplane.protocol.northbound.v1.TablesRequest;
import io.midplane.protocol.northbound.v1.UseReply;
import io.midplane.protocol.northbound.v1.UseRequest;
import io.midplane.protocol.northbound.v1.Wait;
import io.midplane.protocol.northbound.v1.WalkRequest;
import io.midplane.protocol.northbound.v1.WatchRequest;
import io.midplane.protocol.northbound.v1.Welcome;
import io.midplane.protocol.value.v1.Cell;
import io.midplane.protocol.value.v1.Value;
import io.midplane.protocol.value.v1.ValueList;
import java.util.ArrayList;
import java.util.List;

/** One message of every type with every field set, for the golden files. */
final class Samples {
  private static final long TIME = 1_767_323_045_678_901L;

  private Samples() {}

  static List<Message> all() {
    var all = new ArrayList<Message>();
    all.addAll(List.of(value(), list(), row(), cell()));
    all.addAll(List.of(hello(), welcome(), request(), reply(), items(), notice()));
    all.addAll(List.of(credit(), failure(), edge()));
    all.addAll(List.of(StatusRequest.getDefaultInstance(), status(), agent()));
    all.addAll(List.of(StopRequest.getDefaultInstance(), StopReply.getDefaultInstance()));
    all.addAll(List.of(WatchRequest.newBuilder().setPrefix("cm.vlan").build(), events(), event()));
    all.addAll(List.of(TablesRequest.getDefaultInstance(), tables(), table(), column(), key()));
    all.addAll(List.of(get(), GetReply.newBuilder().setRow(row()).build()));
    all.addAll(List.of(set(), SetReply.newBuilder().setRow(row()).build()));
    all.addAll(List.of(operate(), OperateReply.getDefaultInstance()));
    all.addAll(List.of(walk(), rows()));
    all.addAll(List.of(SaveRequest.newBuilder().setName("lab").build(), save()));
    all.addAll(List.of(ListRequest.getDefaultInstance(), listed(), saved()));
    all.addAll(List.of(use(), UseReply.getDefaultInstance()));
    all.addAll(List.of(ShowRequest.newBuilder().setSaved("lab").build(), diff()));
    return all;
  }

  static Value value() {
    return Value.newBuilder().setText("blue €").build();
  }

  static ValueList list() {
    return ValueList.newBuilder()
        .addItems(value())
        .addItems(Value.newBuilder().setInteger(-7))
        .addItems(Value.newBuilder().setFlag(true))
        .addItems(Value.newBuilder().setReal(0.5))
        .addItems(ValueCodec.valueToProto(new byte[] {0, (byte) 0xff}))
        .addItems(Value.newBuilder().setList(ValueList.newBuilder().addItems(value())))
        .addItems(Value.getDefaultInstance())
        .build();
  }

  static Cell cell() {
    return Cell.newBuilder().setColumn("name").setValue(value()).build();
  }

  static io.midplane.protocol.value.v1.Row row() {
    return io.midplane.protocol.value.v1.Row.newBuilder()
        .addCells(cell())
        .addCells(Cell.newBuilder().setColumn("ports").setValue(Value.newBuilder().setList(list())))
        .addCells(Cell.newBuilder().setColumn("up").setValue(Value.getDefaultInstance()))
        .build();
  }

  static Hello hello() {
    return Hello.newBuilder().setProtocol(1).setClient("midplane").setUser("admin").build();
  }

  static Welcome welcome() {
    return Welcome.newBuilder()
        .setProtocol(1)
        .setNode("node")
        .setVersion("0.1.0")
        .setMaxFrameBytes(1 << 20)
        .setMaxOpenRequests(4096)
        .setMaxCredits(65_536)
        .build();
  }

  static Request request() {
    return Request.newBuilder()
        .setTimeoutMillis(30_000)
        .setCredits(2048)
        .setNotices(true)
        .setGet(get())
        .build();
  }

  static Reply reply() {
    return Reply.newBuilder().setGet(GetReply.newBuilder().setRow(row())).build();
  }

  static Items items() {
    return Items.newBuilder().setRows(rows()).build();
  }

  static Notice notice() {
    return Notice.newBuilder().addLines("1 of 2").addLines("2 of 2").build();
  }

  static Credit credit() {
    return Credit.newBuilder().setItems(1024).build();
  }

  static Failure failure() {
    return Failure.newBuilder()
        .setCode("DEADLOCK_DETECTED")
        .setCategory("BUG")
        .setMessage("a waits for b")
        .setLevel("L2")
        .addCycle(edge())
        .build();
  }

  static Wait edge() {
    return Wait.newBuilder()
        .setWaiter("a")
        .setCallee("b")
        .setOperation("get vlan [blue]")
        .setSinceMicros(TIME)
        .build();
  }

  static StatusReply status() {
    return StatusReply.newBuilder()
        .setName("node")
        .setVersion("0.1.0")
        .setPid(4711)
        .setDataFolder("/var/lib/midplane")
        .setState("READY")
        .setStartedMicros(TIME)
        .addAgents(agent())
        .setDirty(true)
        .setSelected("lab")
        .build();
  }

  static AgentStatus agent() {
    return AgentStatus.newBuilder()
        .setName("vlan")
        .setState("FAIL")
        .setRestarts(3)
        .setStartedMicros(TIME)
        .setFailure("out of ids")
        .setWaitingFor("agent fdb")
        .build();
  }

  static EventBatch events() {
    return EventBatch.newBuilder().addEvents(event()).setDropped(3).build();
  }

  static Event event() {
    return Event.newBuilder()
        .setId("cm.vlan.set")
        .setData(row())
        .setPublisher("vlan")
        .setSequence(12)
        .setTimeMicros(TIME)
        .build();
  }

  static TablesReply tables() {
    return TablesReply.newBuilder().addTables(table()).build();
  }

  static Table table() {
    return Table.newBuilder()
        .setName("vlan")
        .setAgent("vlan")
        .setPersistent(true)
        .addColumns(column())
        .addOperations("delete")
        .build();
  }

  static Column column() {
    return Column.newBuilder()
        .setName("id")
        .setType(ColumnType.COLUMN_TYPE_INTEGER)
        .setKey(true)
        .setRequired(true)
        .setDefault(Value.newBuilder().setInteger(1))
        .setDescription("1 to 4094")
        .build();
  }

  static Key key() {
    return Key.newBuilder().setValues(ValueList.newBuilder().addItems(value())).build();
  }

  static GetRequest get() {
    return GetRequest.newBuilder().setTable("vlan").setKey(key()).setVr("VR-Default").build();
  }

  static SetRequest set() {
    return SetRequest.newBuilder().setTable("vlan").setRow(row()).setVr("VR-Default").build();
  }

  static OperateRequest operate() {
    return OperateRequest.newBuilder()
        .setTable("vlan")
        .setOperation("delete")
        .setParameters(row())
        .setVr("VR-Default")
        .build();
  }

  static WalkRequest walk() {
    return WalkRequest.newBuilder()
        .setTable("vlan")
        .setAfter(Key.newBuilder().setColumns(row()))
        .setMax(10)
        .setVr("VR-Default")
        .build();
  }

  static RowBatch rows() {
    return RowBatch.newBuilder().addRows(row()).addRows(row()).setMore(true).build();
  }

  static SaveReply save() {
    return SaveReply.newBuilder().setSaved(saved()).build();
  }

  static ListReply listed() {
    return ListReply.newBuilder().addSaved(saved()).build();
  }

  static SavedConfiguration saved() {
    return SavedConfiguration.newBuilder()
        .setName("lab")
        .setSelected(true)
        .setSavedMicros(TIME)
        .setBytes(12_345)
        .build();
  }

  static UseRequest use() {
    return UseRequest.newBuilder().setName("lab").build();
  }

  static DiffRequest diff() {
    return DiffRequest.newBuilder().setFrom("lab").setTo("lab2").build();
  }
}
