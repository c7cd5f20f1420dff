package io.pharos.sharding;

import com.typesafe.config.Config;
import io.pharos.sharding.ingest.IngestSettings;
import io.pharos.sharding.log.LogSettings;
import io.pharos.sharding.query.QuerySettings;
import io.pharos.sharding.rollup.RollUpSettings;
import io.pharos.sharding.series.SealSettings;
import io.pharos.sharding.shard.ShardSettings;
import io.pharos.timeseries.store.RollupTier;
import java.time.Duration;

/**
 * The settings of this module, each group with its own record.
 *
 * @param shardCount shards of series, a power of two
 * @param touchInterval how often every shard that runs nowhere is touched
 * @param replayGather how long a read of a dead node's log waits for other shards
 */
public record ShardingSettings(
        int shardCount,
        Duration touchInterval,
        Duration replayGather,
        SealSettings seal,
        IngestSettings ingest,
        LogSettings log,
        ShardSettings shard,
        QuerySettings query,
        RollUpSettings rollUp) {
    /** What rolling up a day may be late by before its first raw samples go. */
    private static final Duration SLACK = Duration.ofHours(12);

    /** Checks what no single group can. */
    public ShardingSettings {
        if (shardCount < 1 || Integer.bitCount(shardCount) != 1 || shardCount > 4096) {
            throw new IllegalArgumentException(
                    "pharos.sharding.shard-count is " + shardCount + ": a power of two up to 4096 is needed");
        }
        Duration needed = rolledUpAfter(seal, shard, rollUp).plus(SLACK);
        long raw = rollUp.tiers().rawShortestKeptMillis();
        if (!rollUp.tiers().resolutions().isEmpty() && raw < needed.toMillis()) {
            throw new IllegalArgumentException("pharos.storage.tiers keeps raw samples for " + RollupTier.text(raw)
                    + ": a day is rolled up only after the out-of-order window or the span of a chunk and"
                    + " pharos.storage.roll-up's margin and spread, so it has to be " + needed.toHours()
                    + "h at least");
        }
        rollUp.tiers()
                .rawShorterThan(shard.outOfOrderWindow().plus(seal.span()))
                .ifPresent(wrong -> {
                    throw new IllegalArgumentException(wrong
                            + ": pharos.sharding.shard.out-of-order-window and pharos.sharding.seal.span together, before"
                            + " which a sample may not be stored");
                });
    }

    /** From the first sample of a day on, until the day is due in every shard. */
    private static Duration rolledUpAfter(SealSettings seal, ShardSettings shard, RollUpSettings rollUp) {
        Duration window = shard.outOfOrderWindow();
        Duration settle = window.compareTo(seal.span()) > 0 ? window : seal.span();
        return Duration.ofDays(1).plus(settle).plus(rollUp.margin()).plus(rollUp.spread());
    }

    /** Reads {@code pharos.sharding} out of a whole configuration. */
    public static ShardingSettings of(Config root) {
        Config config = root.getConfig("pharos.sharding");
        return new ShardingSettings(
                config.getInt("shard-count"),
                config.getDuration("touch-interval"),
                config.getDuration("log.replay-gather"),
                SealSettings.of(config.getConfig("seal")),
                IngestSettings.of(config.getConfig("ingest")),
                LogSettings.of(config.getConfig("log")),
                ShardSettings.of(config),
                QuerySettings.of(config.getConfig("query")),
                RollUpSettings.of(root));
    }

    /** The same with another number of shards. */
    public ShardingSettings withShardCount(int count) {
        return new ShardingSettings(count, touchInterval, replayGather, seal, ingest, log, shard, query, rollUp);
    }

    /** The same with series sealed at other times. */
    public ShardingSettings withSeal(SealSettings other) {
        return new ShardingSettings(shardCount, touchInterval, replayGather, other, ingest, log, shard, query, rollUp);
    }

    /** The same with other settings of shards. */
    public ShardingSettings withShard(ShardSettings other) {
        return new ShardingSettings(shardCount, touchInterval, replayGather, seal, ingest, log, other, query, rollUp);
    }

    /** The same with queries run otherwise. */
    public ShardingSettings withQuery(QuerySettings other) {
        return new ShardingSettings(shardCount, touchInterval, replayGather, seal, ingest, log, shard, other, rollUp);
    }

    /** The same with other tiers, or rolled up otherwise. */
    public ShardingSettings withRollUp(RollUpSettings other) {
        return new ShardingSettings(shardCount, touchInterval, replayGather, seal, ingest, log, shard, query, other);
    }
}
