package io.pharos.sharding.cold;

import io.pharos.promql.query.Tiers;
import io.pharos.sharding.rollup.OnePass;
import io.pharos.sharding.rollup.Waiting;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.sharding.shard.ShardRegistry;
import io.pharos.sharding.tier.TierRules;
import io.pharos.timeseries.store.ChunkStore;
import io.pharos.timeseries.store.ColdStore;
import io.pharos.timeseries.store.Stores;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cold tier of a node: writes days of the shards it owns, one after the other on a thread of its own, and gives queries the
 * chunks back. What fails is tried again at the next look. Any thread.
 */
public final class ColdJob {
    private static final Logger LOG = LoggerFactory.getLogger(ColdJob.class);
    /** A tier that is turned on begins with the day after this many that are on their way out: there has to be time to write it. */
    private static final int BEGIN_DAYS = 2;

    private final ColdTier tier;
    private final Supplier<@Nullable ShardRegistry> registry;
    private final OnePass passes;
    private final Map<Integer, ShardCold> shards = new ConcurrentHashMap<>();

    /**
     * A job that {@link #look} starts.
     *
     * @param registry the shards of the node; null before it has any
     * @param executor may be blocked for minutes
     */
    public ColdJob(
            Stores stores,
            ColdStore store,
            ColdSettings settings,
            TierRules rules,
            InstantSource clock,
            Supplier<@Nullable ShardRegistry> registry,
            Executor executor,
            PrometheusRegistry prometheus) {
        this.registry = registry;
        this.passes = new OnePass(this::pass, executor);
        this.tier = new ColdTier(stores, store, settings, rules, clock, this::open, prometheus, this::until);
    }

    private @Nullable OpenShard open(int shard) {
        ShardRegistry known = registry.get();
        return known == null ? null : known.open(shard);
    }

    /** Between two looks. */
    public Duration interval() {
        return tier.settings().interval();
    }

    /** The chunks of shards this node owns, with those that only the cold store has. */
    public ChunkStore chunks() {
        return new ColdChunks(tier.stores().chunks(), tier);
    }

    /** The tiers of a query now, with raw samples from where the cold store has them all. */
    public Tiers with(Tiers tiers, long nowMillis) {
        return tier.with(tiers, nowMillis);
    }

    /** Reads since when the tier is there, which queries ask for; complete when it is known, or there is none. Before the first look. */
    public CompletionStage<Void> begin() {
        return tier.since().read().thenAccept(known -> {});
    }

    /** Starts a pass over the open shards unless one is under way. Returns at once; complete after that pass, at once where none began. */
    public CompletionStage<Void> look() {
        return passes.start();
    }

    private void pass() {
        ShardRegistry known = registry.get();
        if (known == null || !lookSince()) {
            return;
        }
        List<OpenShard> open = known.open();
        open.sort(Comparator.comparingInt(OpenShard::shard));
        shards.keySet().removeIf(shard -> known.open(shard) == null);
        tier.book().retain(shard -> known.open(shard) != null);
        for (OpenShard shard : open) {
            ShardCold mine = shards.get(shard.shard());
            if (mine == null || !mine.shard().equals(shard)) {
                mine = new ShardCold(tier, shard, () -> isOurs(known, shard));
                shards.put(shard.shard(), mine);
            }
            OptionalLong since = tier.since().now();
            if (passes.isStopped() || since.isEmpty()) {
                return;
            }
            try {
                mine.run(since.getAsLong());
            } catch (RuntimeException failure) {
                tier.metrics().failed();
                LOG.warn(
                        "shard {}: its closed days are not all in the cold store yet, next try soon: {}",
                        shard.shard(),
                        failure.toString());
            }
        }
    }

    private boolean lookSince() {
        try {
            Waiting.on(tier.since().look(tier.lastGoneDay() + BEGIN_DAYS));
            return true;
        } catch (RuntimeException failure) {
            tier.metrics().failed();
            LOG.warn("since when the cold tier is there is not known yet, next try soon: {}", failure.toString());
            return false;
        }
    }

    private boolean isOurs(ShardRegistry known, OpenShard shard) {
        return !passes.isStopped() && shard.equals(known.open(shard.shard()));
    }

    /** Until when every open shard of this node is in the cold store, in milliseconds; empty where that is not known of all. */
    public OptionalLong until() {
        ShardRegistry known = registry.get();
        long least = Long.MAX_VALUE;
        for (OpenShard shard : known == null ? List.<OpenShard>of() : known.open()) {
            ShardCold mine = shards.get(shard.shard());
            OptionalLong until = mine == null ? OptionalLong.empty() : mine.until();
            if (until.isEmpty()) {
                return OptionalLong.empty();
            }
            least = Math.min(least, until.getAsLong());
        }
        return least == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(least);
    }

    /** Starts nothing more, and ends what is under way after its group of series. */
    public void stop() {
        passes.stop();
    }
}
