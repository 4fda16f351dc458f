package io.midplane.xenstore;

/**
 * What a connection has under way and what went astray, at one moment.
 *
 * @param openRequests requests without an answer
 * @param watches watches that are registered
 * @param unmatchedAnswers answers to no request of ours, since the start
 * @param lateAnswers answers whose callers had given up, since the start
 * @param strayEvents events of watches that were no longer registered, since the start
 * @param missedEvents how often a queue of events overflowed, since the start
 * @param reconnects how often the connection was made anew
 */
public record ConnectionStatistics(
    int openRequests,
    int watches,
    long unmatchedAnswers,
    long lateAnswers,
    long strayEvents,
    long missedEvents,
    int reconnects) {}
