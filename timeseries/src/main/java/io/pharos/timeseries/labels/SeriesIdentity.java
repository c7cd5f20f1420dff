package io.pharos.timeseries.labels;

/**
 * What a series' labels decide about it, computed once: its id, and the hash that places it. The placement hash leaves out the
 * labels {@code le} and {@code quantile}, so that all buckets of a histogram live in one shard.
 *
 * @param metricHash 64-bit hash of the metric's name, by which chunks of one metric become neighbours on disk
 */
public record SeriesIdentity(SeriesId id, long placementHash, long metricHash) {
    /** The identity of a label set. */
    public static SeriesIdentity of(Labels labels) {
        return SeriesHash.identityOf(labels);
    }

    /** The shard, from the top bits of the placement hash; the number of shards is a power of two. */
    public int shard(int shardCount) {
        return shardOf(placementHash, shardCount);
    }

    /** The shard of a placement hash. */
    public static int shardOf(long placementHash, int shardCount) {
        return shardCount == 1 ? 0 : (int) (placementHash >>> (Long.SIZE - Integer.numberOfTrailingZeros(shardCount)));
    }
}
