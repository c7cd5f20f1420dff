package io.pharos.sharding.query;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How queries run.
 *
 * @param concurrency parts evaluated at one time on a node
 * @param queueMax parts that wait; more are refused
 * @param shardWait how long a query waits for shards that are being recovered or moved
 * @param sliceReadSeries from so many series of a metric on, its stored chunks are read in one go
 * @param resultBytesMax answers that wait on a node to be fetched hold about so much at most; more questions wait
 */
public record QuerySettings(
        int concurrency, int queueMax, Duration shardWait, int sliceReadSeries, long resultBytesMax) {
    /** Reads {@code pharos.sharding.query}. */
    public static QuerySettings of(Config config) {
        return new QuerySettings(
                config.getInt("concurrency"),
                config.getInt("queue-max"),
                config.getDuration("shard-wait"),
                config.getInt("slice-read-series"),
                config.getBytes("results-max"));
    }
}
