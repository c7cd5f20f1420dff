package io.pharos.sharding;

import io.pharos.timeseries.sample.AppendResult.RefusalReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What this node's part of sharding does now.
 *
 * @param incarnation the id of this run of the node, empty before it is registered
 * @param shards every shard of the cluster, by number
 * @param samplesPerSecond samples that came to this node's router, over the last seconds
 * @param samplesReceived the same since the start
 * @param logBytes bytes of log rows since the start
 * @param logSegments segments of this node's log that are not dropped yet
 * @param logLag how long the oldest log row without an outcome has been under way
 * @param logPendingBytes samples that wait for the log
 * @param logAnswering false while log rows cannot be written
 * @param refusals refused samples by reason since the start
 * @param hotBytes sealed chunks in memory
 * @param hotBytesMax and how many they may be
 * @param hotRatio share of the series selected by queries that memory alone answered
 * @param unloggedBytes admitted samples that the log has not confirmed
 * @param pendingBytes batches whose outcome is open
 */
public record ShardingStatus(
        String incarnation,
        List<ShardStatus> shards,
        double samplesPerSecond,
        long samplesReceived,
        long logBytes,
        int logSegments,
        Duration logLag,
        long logPendingBytes,
        boolean logAnswering,
        Map<RefusalReason, Long> refusals,
        long hotBytes,
        long hotBytesMax,
        double hotRatio,
        long unloggedBytes,
        long pendingBytes) {
    /**
     * One shard.
     *
     * @param owner the node that runs it, empty where none does
     * @param state {@code open}, {@code recovering}, {@code handing over}, {@code deposed} or {@code absent}
     * @param since when it came into this state, as far as this node knows
     * @param epoch 0 where it is not open
     * @param series series it knows, 0 on another node's shard
     * @param samples samples admitted in this epoch, 0 on another node's shard
     * @param samplesPerSecond the same over the last seconds
     * @param isHere whether this node runs it
     */
    public record ShardStatus(
            int shard,
            String owner,
            String state,
            Instant since,
            long epoch,
            int series,
            long samples,
            double samplesPerSecond,
            boolean isHere) {}

    /** Series in the open shards of this node. */
    public long series() {
        return shards.stream().mapToLong(ShardStatus::series).sum();
    }

    /** Shards that are open. */
    public long openShards() {
        return shards.stream().filter(shard -> shard.state().equals("open")).count();
    }
}
