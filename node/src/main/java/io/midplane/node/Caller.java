package io.midplane.node;

/**
 * Who is at the other end of a connection.
 *
 * @param user the user that the kernel says it is (SO_PEERCRED)
 * @param claimed the user that the client says it acts for; recorded, never trusted
 * @param program the client's program and version, as it says itself
 */
record Caller(String user, String claimed, String program) {}
