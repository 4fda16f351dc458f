package io.midplane.gateways.rsync;

/**
 * What came of sending a tree to a target.
 *
 * @param target as it was added
 * @param files how many files there are in the source
 * @param asked about how many of them the target asked, since it has them differently or not at all
 * @param sent of how many of those the content was sent
 * @param bytes how many bytes of content
 */
public record RsyncReport(String target, int files, int asked, int sent, long bytes) {}
