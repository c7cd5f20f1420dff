package io.pharos.httpapi.status;

import java.util.List;

/**
 * Something that every node of the cluster was asked for.
 *
 * @param value what those that answered said
 * @param warnings a sentence for each node whose part is missing
 */
public record Gathered<T>(T value, List<String> warnings) {}
