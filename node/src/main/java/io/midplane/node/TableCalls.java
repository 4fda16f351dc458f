package io.midplane.node;

import io.midplane.cm.Configuration;
import io.midplane.protocol.ColumnInfo;
import io.midplane.protocol.ColumnType;
import io.midplane.protocol.Row;
import io.midplane.protocol.TableInfo;
import io.midplane.protocol.ValueCodec;
import io.midplane.protocol.northbound.v1.Column;
import io.midplane.protocol.northbound.v1.GetReply;
import io.midplane.protocol.northbound.v1.GetRequest;
import io.midplane.protocol.northbound.v1.Key;
import io.midplane.protocol.northbound.v1.OperateReply;
import io.midplane.protocol.northbound.v1.OperateRequest;
import io.midplane.protocol.northbound.v1.Reply;
import io.midplane.protocol.northbound.v1.SetReply;
import io.midplane.protocol.northbound.v1.SetRequest;
import io.midplane.protocol.northbound.v1.Table;
import io.midplane.protocol.northbound.v1.TablesReply;
import io.midplane.protocol.northbound.v1.WalkRequest;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The calls on tables. Nothing here blocks. */
record TableCalls(Configuration configuration) {
  private static final Reply OPERATED =
      Reply.newBuilder().setOperate(OperateReply.getDefaultInstance()).build();

  private Configuration in(boolean hasVr, String vr) {
    return hasVr ? configuration.inVr(vr) : configuration;
  }

  CompletionStage<Reply> get(GetRequest get) {
    Configuration view = in(get.hasVr(), get.getVr());
    Key key = get.getKey();
    CompletionStage<Row> row =
        switch (key.getFormCase()) {
          case COLUMNS -> view.getAsync(get.getTable(), ValueCodec.fromProto(key.getColumns()));
          case VALUES -> view.getAsync(get.getTable(), values(key));
          case FORM_NOT_SET -> throw NodeService.missing("key", "values or columns");
        };
    return Mapped.of(
        row,
        found ->
            Reply.newBuilder()
                .setGet(GetReply.newBuilder().setRow(ValueCodec.toProto(found)))
                .build());
  }

  /** The values of a key; null in it is refused by the configuration. */
  @SuppressWarnings("NullAway")
  private static Object[] values(Key key) {
    return ValueCodec.valuesFromProto(key.getValues()).toArray();
  }

  CompletionStage<Reply> set(SetRequest set) {
    Configuration view = in(set.hasVr(), set.getVr());
    return Mapped.of(
        view.setAsync(set.getTable(), ValueCodec.fromProto(set.getRow())),
        row ->
            Reply.newBuilder()
                .setSet(SetReply.newBuilder().setRow(ValueCodec.toProto(row)))
                .build());
  }

  CompletionStage<Reply> operate(OperateRequest operate) {
    Configuration view = in(operate.hasVr(), operate.getVr());
    Row parameters = ValueCodec.fromProto(operate.getParameters());
    return Mapped.of(
        view.opAsync(operate.getTable(), operate.getOperation(), parameters), nothing -> OPERATED);
  }

  ItemSource walk(WalkRequest walk) {
    Configuration view = in(walk.hasVr(), walk.getVr());
    List<String> keyColumns =
        view.tables().stream()
            .filter(table -> table.name().equals(walk.getTable()))
            .flatMap(table -> table.key().stream().map(ColumnInfo::name))
            .toList();
    return new RowSource(view, walk.getTable(), keyColumns, after(view, walk), walk.getMax());
  }

  private static io.midplane.cm.@Nullable Key after(Configuration view, WalkRequest walk) {
    Key after = walk.getAfter();
    return switch (after.getFormCase()) {
      case COLUMNS -> view.key(walk.getTable(), ValueCodec.fromProto(after.getColumns()));
      case VALUES -> io.midplane.cm.Key.of(values(after));
      case FORM_NOT_SET -> null;
    };
  }

  CompletionStage<Reply> tables() {
    TablesReply.Builder reply = TablesReply.newBuilder();
    configuration.tables().forEach(table -> reply.addTables(message(table)));
    return CompletableFuture.completedFuture(Reply.newBuilder().setTables(reply).build());
  }

  private static Table message(TableInfo table) {
    Table.Builder message =
        Table.newBuilder()
            .setName(table.name())
            .setAgent(table.agent())
            .setPersistent(table.persistent())
            .addAllOperations(table.operations());
    table.columns().forEach(column -> message.addColumns(message(column)));
    return message.build();
  }

  private static Column message(ColumnInfo column) {
    Column.Builder message =
        Column.newBuilder()
            .setName(column.name())
            .setType(message(column.type()))
            .setKey(column.key())
            .setRequired(column.required())
            .setDescription(column.description());
    if (column.defaultValue() != null) {
      message.setDefault(ValueCodec.valueToProto(Objects.requireNonNull(column.defaultValue())));
    }
    return message.build();
  }

  private static io.midplane.protocol.northbound.v1.ColumnType message(ColumnType type) {
    return switch (type) {
      case TEXT -> io.midplane.protocol.northbound.v1.ColumnType.COLUMN_TYPE_TEXT;
      case INTEGER -> io.midplane.protocol.northbound.v1.ColumnType.COLUMN_TYPE_INTEGER;
      case FLAG -> io.midplane.protocol.northbound.v1.ColumnType.COLUMN_TYPE_FLAG;
      case REAL -> io.midplane.protocol.northbound.v1.ColumnType.COLUMN_TYPE_REAL;
      case DATA -> io.midplane.protocol.northbound.v1.ColumnType.COLUMN_TYPE_DATA;
      case LIST -> io.midplane.protocol.northbound.v1.ColumnType.COLUMN_TYPE_LIST;
    };
  }
}
