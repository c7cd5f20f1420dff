package io.pharos.sharding;

import io.pharos.sharding.query.ShardDirectory;
import io.pharos.sharding.shard.ShardRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What this node can say of each shard of the cluster: of its own all, of the others' where they are. Thread-safe. */
final class ShardReports {
    private final int shardCount;
    private final ShardDirectory directory;
    private final String selfAddress;
    private final Instant startedAt;
    private final ShardRates rates = new ShardRates();

    /**
     * Reports of one node.
     *
     * @param selfAddress of its actor system
     * @param startedAt since when others' shards are called what they are
     */
    ShardReports(int shardCount, ShardDirectory directory, String selfAddress, Instant startedAt) {
        this.shardCount = shardCount;
        this.directory = directory;
        this.selfAddress = selfAddress;
        this.startedAt = startedAt;
    }

    /** Looks at the counts of this node's shards; called every few seconds. */
    void look(List<ShardRegistry.State> states) {
        rates.look(states, System.nanoTime());
    }

    /**
     * Every shard of the cluster, by number.
     *
     * @param states this node's
     */
    List<ShardingStatus.ShardStatus> all(List<ShardRegistry.State> states) {
        Map<Integer, ShardRegistry.State> mine = new HashMap<>();
        states.forEach(state -> mine.put(state.shard(), state));
        List<ShardingStatus.ShardStatus> shards = new ArrayList<>(shardCount);
        List<ShardDirectory.@Nullable Place> places = directory.places();
        for (int shard = 0; shard < shardCount; shard++) {
            ShardRegistry.State state = mine.get(shard);
            ShardDirectory.Place place = places.get(shard);
            shards.add(state != null ? ofMine(state) : place != null ? ofOther(shard, place) : absent(shard));
        }
        return shards;
    }

    private ShardingStatus.ShardStatus ofMine(ShardRegistry.State state) {
        return new ShardingStatus.ShardStatus(
                state.shard(),
                selfAddress,
                state.phase().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                state.since(),
                state.epoch(),
                state.series(),
                state.samples(),
                rates.perSecond(state),
                true);
    }

    private ShardingStatus.ShardStatus ofOther(int shard, ShardDirectory.Place place) {
        String owner = place.worker().path().address().toString();
        return new ShardingStatus.ShardStatus(shard, owner, "open", startedAt, place.epoch(), 0, 0, 0, false);
    }

    private ShardingStatus.ShardStatus absent(int shard) {
        return new ShardingStatus.ShardStatus(shard, "", "absent", startedAt, 0, 0, 0, 0, false);
    }
}
