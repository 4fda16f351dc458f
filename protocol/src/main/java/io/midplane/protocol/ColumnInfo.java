package io.midplane.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A column as its agent declares it. Immutable.
 *
 * @param name the column's name
 * @param type what it holds
 * @param key whether it is part of the table's key
 * @param required whether a set has to name it
 * @param defaultValue what a row has when nobody set it, as {@link Row} returns values
 * @param description for people; may be empty
 */
public record ColumnInfo(
    String name,
    ColumnType type,
    boolean key,
    boolean required,
    @Nullable Object defaultValue,
    String description) {}
