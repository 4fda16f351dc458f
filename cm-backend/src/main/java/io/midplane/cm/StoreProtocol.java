package io.midplane.cm;

import io.midplane.protocol.SavedConfiguration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the keeper of saved configurations is asked, and answers. */
interface StoreProtocol {

  /** What it is asked; the text is the operation's in messages and dumps. */
  sealed interface Question {}

  /** Save the running configuration; null for the selected name. */
  record Save(@Nullable String name, Origin origin) implements Question {
    @Override
    public String toString() {
      return "save " + (name == null ? "the configuration" : "configuration " + name);
    }
  }

  /** Which are there. */
  record ListAll() implements Question {
    @Override
    public String toString() {
      return "list saved configurations";
    }
  }

  /** Select one. */
  record Use(String name) implements Question {
    @Override
    public String toString() {
      return "use configuration " + name;
    }
  }

  /** Which one is selected. */
  record WhichSelected() implements Question {
    @Override
    public String toString() {
      return "read the selected configuration's name";
    }
  }

  /** The rows of one as lines; null for the running one. */
  record Show(@Nullable String name, Origin origin) implements Question {
    @Override
    public String toString() {
      return "show " + (name == null ? "the running configuration" : "configuration " + name);
    }
  }

  /** The lines in which two differ; null for the running one. */
  record Compare(@Nullable String from, @Nullable String to, Origin origin) implements Question {
    @Override
    public String toString() {
      return "compare configurations";
    }
  }

  /** What it answers. */
  sealed interface Answer {}

  /** It is saved. */
  record Saved(SavedConfiguration configuration) implements Answer {}

  /** The saved ones. */
  record Listed(List<SavedConfiguration> configurations) implements Answer {}

  /** The selected one's name, if there is one. */
  record Selected(Optional<String> name) implements Answer {}

  /** Lines. */
  record Text(List<String> lines) implements Answer {}
}
