package io.pharos.sharding;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import io.pharos.sharding.log.LogMetrics;
import io.pharos.sharding.log.LogReplay;
import io.pharos.sharding.log.SampleLog;
import io.pharos.sharding.recovery.Acquisition;
import io.pharos.sharding.shard.HotMemory;
import io.pharos.sharding.shard.ShardContext;
import io.pharos.sharding.shard.ShardMetrics;
import io.pharos.sharding.shard.ShardRegistry;
import io.pharos.timeseries.index.StringPool;
import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.Stores;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What the shards of one node incarnation share, wired: the log, recovery, budgets. Knows no cluster. */
record ShardNode(
        Incarnation incarnation,
        SampleLog log,
        LogMetrics logMetrics,
        HotMemory hot,
        ShardRegistry registry,
        ShardMetrics metrics,
        AtomicLong unloggedBytes,
        ShardContext context) {
    /** A node of an incarnation that is registered already. */
    static ShardNode create(
            ActorSystem<?> system,
            Incarnation incarnation,
            Stores stores,
            ShardingSettings settings,
            InstantSource clock,
            PrometheusRegistry prometheus,
            Runnable onDeclaredDead) {
        Executor work = system.dispatchers().lookup(DispatcherSelector.fromConfig("pharos.sharding.work-dispatcher"));
        LogMetrics logMetrics = new LogMetrics(prometheus);
        SampleLog log = new SampleLog(
                stores.logs(), stores.incarnations(), incarnation, settings.log(), work, logMetrics, onDeclaredDead);
        HotMemory hot = new HotMemory(
                settings.shard().hotSpan().toMillis(), settings.shard().hotBytesMax());
        ShardRegistry registry = new ShardRegistry();
        ShardMetrics metrics = new ShardMetrics(prometheus, registry, hot);
        Acquisition acquisition = new Acquisition(
                stores,
                log,
                new LogReplay(stores.logs(), work, settings.replayGather()),
                new Acquisition.Rules(
                        settings.seal(),
                        settings.shard().outOfOrderWindow(),
                        settings.shard().aheadMax(),
                        settings.shard().leaveAfter(),
                        Duration.ofMillis(settings.rollUp().tiers().longestMillis())),
                new StringPool(),
                clock,
                work);
        AtomicLong unlogged = new AtomicLong();
        ShardContext context = new ShardContext(
                settings.shardCount(),
                stores,
                log,
                acquisition,
                settings.shard(),
                settings.seal(),
                clock,
                work,
                hot,
                unlogged,
                new AtomicInteger(),
                registry,
                metrics,
                settings.rollUp().days(),
                settings.rollUp().tiers(),
                "pharos.sharding.series-dispatcher");
        return new ShardNode(incarnation, log, logMetrics, hot, registry, metrics, unlogged, context);
    }

    /** Asks the records of shards lost to others what they still need of this log. */
    void askForLostShards(Stores stores) {
        for (int shard : log.segments().lostShards()) {
            stores.shardRecords()
                    .read(shard)
                    .thenAccept(record ->
                            log.segments().lostNeeds(shard, record.sources().get(incarnation)));
        }
    }
}
