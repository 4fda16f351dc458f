package io.midplane.gateways.worker;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is called for each item, and what at the end.
 *
 * @param onItem called for each item in order, never twice at once
 * @param onEnd called once, behind the last item
 */
record Callback(Consumer<@Nullable Object> onItem, Runnable onEnd) {}
