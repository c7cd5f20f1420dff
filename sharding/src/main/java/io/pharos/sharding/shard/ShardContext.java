package io.pharos.sharding.shard;

import io.pharos.sharding.log.SampleLog;
import io.pharos.sharding.recovery.Acquisition;
import io.pharos.sharding.series.SealSettings;
import io.pharos.sharding.tier.TierRules;
import io.pharos.timeseries.store.Stores;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the shards of a node share.
 *
 * @param work for what may block or compute long
 * @param unloggedBytes admitted samples without a confirmation of the log, in all shards
 * @param checkpointsRunning checkpoints being written now, in all shards
 * @param rollUps what is rolled up
 * @param tiers how long samples of which series are kept
 * @param seriesDispatcher the id of the dispatcher that runs series on their shard's thread
 */
public record ShardContext(
        int shardCount,
        Stores stores,
        SampleLog log,
        Acquisition acquisition,
        ShardSettings settings,
        SealSettings seal,
        InstantSource clock,
        Executor work,
        HotMemory hot,
        AtomicLong unloggedBytes,
        AtomicInteger checkpointsRunning,
        ShardRegistry registry,
        ShardMetrics metrics,
        RolledDays.Rules rollUps,
        TierRules tiers,
        String seriesDispatcher) {}
