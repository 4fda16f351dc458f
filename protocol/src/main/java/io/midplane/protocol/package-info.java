/** Protobuf schemas, shared value types, the northbound framing and its client. No Akka. */
@NullMarked
package io.midplane.protocol;

import org.jspecify.annotations.NullMarked;
