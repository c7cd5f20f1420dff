package io.pharos.sharding.ingest;

import io.pharos.timeseries.labels.SeriesHash;

/** The arrays a thread routes with, used again at each routing; they grow to the largest one. */
final class RoutingScratch {
    final SeriesHash.Words words = new SeriesHash.Words();
    final IdentityCache.Found found = new IdentityCache.Found();
    int[] shardOf = new int[0];
    int[] refOf = new int[0];
    int[] calls = new int[0];
    int[] series = new int[0];
    long[] epochs = new long[0];
    long[] high = new long[0];
    long[] low = new long[0];
    int[] missed = new int[0];
    int[] missedShard = new int[0];

    void room(int size) {
        if (shardOf.length < size) {
            int length = Math.max(size, 2 * shardOf.length);
            shardOf = new int[length];
            refOf = new int[length];
            calls = new int[length];
            series = new int[length];
            high = new long[length];
            low = new long[length];
            missed = new int[length];
            missedShard = new int[length];
        }
    }
}
