package io.midplane.cm;

import io.midplane.protocol.ColumnType;

/**
 * A field of a cursor's result. Immutable.
 *
 * @param name the caller's own name for it
 * @param column where its values come from
 * @param type what the column holds; the result has it as text
 */
public record Field(String name, Column column, ColumnType type) {}
