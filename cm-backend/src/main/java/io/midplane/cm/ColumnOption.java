package io.midplane.cm;

/** What can be said about a column beyond its type. Immutable. */
public sealed interface ColumnOption permits Check, Default, Description {}
