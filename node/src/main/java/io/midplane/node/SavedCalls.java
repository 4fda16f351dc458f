package io.midplane.node;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.cm.Configuration;
import io.midplane.protocol.SavedConfiguration;
import io.midplane.protocol.ValueCodec;
import io.midplane.protocol.northbound.v1.DiffRequest;
import io.midplane.protocol.northbound.v1.ListReply;
import io.midplane.protocol.northbound.v1.Reply;
import io.midplane.protocol.northbound.v1.SaveReply;
import io.midplane.protocol.northbound.v1.SaveRequest;
import io.midplane.protocol.northbound.v1.ShowRequest;
import io.midplane.protocol.northbound.v1.UseReply;
import io.midplane.protocol.northbound.v1.UseRequest;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The calls on saved configurations. Nothing here blocks. */
record SavedCalls(Configuration configuration) {
  private static final Reply USED =
      Reply.newBuilder().setUse(UseReply.getDefaultInstance()).build();

  CompletionStage<Reply> save(SaveRequest save) {
    String name = save.getName().isEmpty() ? null : save.getName();
    CompletionStage<SavedConfiguration> saved = configuration.saveAsync(name);
    return Mapped.of(
        saved,
        one -> Reply.newBuilder().setSave(SaveReply.newBuilder().setSaved(message(one))).build());
  }

  CompletionStage<Reply> list() {
    return Mapped.of(configuration.listAsync(), SavedCalls::message);
  }

  CompletionStage<Reply> use(UseRequest use) {
    return Mapped.of(configuration.useAsync(use.getName()), selected -> USED);
  }

  private static Reply message(List<SavedConfiguration> saved) {
    ListReply.Builder list = ListReply.newBuilder();
    saved.forEach(one -> list.addSaved(message(one)));
    return Reply.newBuilder().setList(list).build();
  }

  private static io.midplane.protocol.northbound.v1.SavedConfiguration message(
      SavedConfiguration saved) {
    return io.midplane.protocol.northbound.v1.SavedConfiguration.newBuilder()
        .setName(saved.name())
        .setSelected(saved.selected())
        .setSavedMicros(ValueCodec.micros(saved.saved()))
        .setBytes(saved.bytes())
        .build();
  }

  ItemSource show(ShowRequest show) {
    return new TextSource(configuration.showAsync(show.hasSaved() ? show.getSaved() : null));
  }

  /** What is not named: the selected configuration on the left, the running one on the right. */
  ItemSource diff(DiffRequest diff) {
    String to = diff.hasTo() ? diff.getTo() : null;
    if (diff.hasFrom()) {
      return new TextSource(configuration.diffAsync(diff.getFrom(), to));
    }
    return new TextSource(
        configuration
            .selectedAsync()
            .thenCompose(selected ->
                configuration.diffAsync(selected.orElseThrow(SavedCalls::nothingSaved), to)));
  }

  private static MidplaneException nothingSaved() {
    return new MidplaneException(
        ErrorCode.NOT_FOUND,
        "diff: no configuration is saved to compare with; save one with: midplane config save"
            + " NAME");
  }
}
