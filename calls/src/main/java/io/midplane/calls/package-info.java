/**
 * Who may wait, and who waits for whom.
 *
 * <p>Start at {@link io.midplane.calls.BlockingGate}: every synchronous call of every subsystem
 * passes it. It refuses a wait that could never end ({@link
 * io.midplane.calls.DeadlockDetectedException}, with the cycle as data) before anything is sent,
 * and it ends a wait at once when the other side dies. Those who serve calls describe themselves
 * with {@link io.midplane.calls.Callee} and {@link io.midplane.calls.Slot}. The numbered rules are
 * in {@code docs/behaviours/call-safety.md}.
 *
 * <p>JDK only: an actor's thread is known by {@link io.midplane.calls.ThreadMark} and by the name
 * of a class on its stack.
 */
@NullMarked
package io.midplane.calls;

import org.jspecify.annotations.NullMarked;
