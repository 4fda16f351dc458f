package io.midplane.gateways;

import java.util.List;

/**
 * Where a worker runs.
 *
 * @param executable the program
 * @param version of its language, the first five parts as text
 * @param platform {@code linux} for example
 * @param folder its current one
 * @param pid its process
 */
public record RemoteInfo(
    String executable, List<String> version, String platform, String folder, long pid) {}
