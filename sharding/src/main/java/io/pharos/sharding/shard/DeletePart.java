package io.pharos.sharding.shard;

import io.pharos.timeseries.labels.LabelMatcher;
import java.util.List;
import java.util.UUID;

/**
 * A deletion as one shard is asked for it.
 *
 * @param id the same in every shard, and when it is asked for again
 * @param selectors a series that any of these matches
 * @param fromMillis its samples from this time on
 * @param toMillis up to this, inclusive
 * @param createdMillis when it was asked for
 */
public record DeletePart(
        UUID id, List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, long createdMillis) {}
