package io.pharos.sharding.rollup;

import io.pharos.sharding.past.PastIndex;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.sharding.shard.ShardRegistry;
import io.pharos.timeseries.store.Stores;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rolls up what is due of the shards a node owns, one shard after the other on a thread of its own. What fails is tried again at the
 * next look; a piece that is made twice is the same.
 */
public final class RollUpJob {
    private static final Logger LOG = LoggerFactory.getLogger(RollUpJob.class);

    private final Stores stores;
    private final RollUpSettings settings;
    private final ShardRegistry registry;
    private final PastIndex past;
    private final InstantSource clock;
    private final OnePass passes;
    private final int shardCount;
    private final long settleMillis;
    private final RollUpMetrics metrics;
    private final Map<Integer, ShardRollUp> shards = new HashMap<>();

    /**
     * A job that {@link #look} starts.
     *
     * @param past of which tiers the series are that ended long ago
     * @param executor may be blocked for minutes
     * @param settle so long after its time a sample may still be on its way into a chunk
     */
    public RollUpJob(
            Stores stores,
            RollUpSettings settings,
            ShardRegistry registry,
            PastIndex past,
            InstantSource clock,
            Executor executor,
            int shardCount,
            Duration settle,
            PrometheusRegistry prometheus) {
        this.stores = stores;
        this.settings = settings;
        this.registry = registry;
        this.past = past;
        this.clock = clock;
        this.passes = new OnePass(this::pass, executor);
        this.shardCount = shardCount;
        this.settleMillis = settle.plus(settings.margin()).toMillis();
        this.metrics = new RollUpMetrics(prometheus, this::until, this::lags);
    }

    /** Starts a pass over the open shards unless one is under way. Returns at once; complete after that pass, at once where none began. */
    public CompletionStage<Void> look() {
        return settings.tiers().resolutions().isEmpty() ? CompletableFuture.completedStage(null) : passes.start();
    }

    private void pass() {
        List<OpenShard> open = registry.open();
        open.sort(Comparator.comparingInt(OpenShard::shard));
        shards.keySet().removeIf(shard -> registry.open(shard) == null);
        for (OpenShard shard : open) {
            ShardRollUp known = shards.get(shard.shard());
            if (known == null || !known.shard().equals(shard)) {
                known = new ShardRollUp(stores, settings, metrics, clock, shard, past, () -> isOurs(shard));
                shards.put(shard.shard(), known);
            }
            if (passes.isStopped()) {
                return;
            }
            try {
                known.run(settleMillis + settings.spread().toMillis() * shard.shard() / shardCount);
            } catch (RuntimeException failure) {
                metrics.failed();
                LOG.warn("shard {}: it is not rolled up yet, next try soon: {}", shard.shard(), failure.toString());
            }
        }
    }

    private boolean isOurs(OpenShard shard) {
        return !passes.isStopped() && shard.equals(registry.open(shard.shard()));
    }

    /** Until when every open shard of this node is rolled up, by resolution; a resolution that is not known of all is left out. */
    public Map<Long, Long> until() {
        Map<Long, Long> until = new HashMap<>();
        List<OpenShard> open = registry.open();
        for (long resolution : settings.tiers().resolutions()) {
            long least = Long.MAX_VALUE;
            for (OpenShard shard : open) {
                Long known = shard.rolled().untilNow(resolution);
                least = Math.min(least, known == null ? Long.MIN_VALUE : known);
            }
            if (least != Long.MIN_VALUE && least != Long.MAX_VALUE) {
                until.put(resolution, least);
            }
        }
        return until;
    }

    /** For how long the next points of a resolution could have been made, of the shard that waits longest; as {@link #until}. */
    public Map<Long, Duration> lags() {
        long settled = clock.millis() - settleMillis - settings.spread().toMillis();
        Map<Long, Duration> lags = new HashMap<>();
        until().forEach((resolution, until) ->
                lags.put(resolution, Duration.ofMillis(Piece.lagMillis(settings.tiers(), resolution, settled, until))));
        return lags;
    }

    /** Starts nothing more, and ends what is under way after its group of series. */
    public void stop() {
        passes.stop();
    }
}
