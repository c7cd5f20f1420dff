package io.pharos.sharding;

import io.pharos.sharding.shard.ShardRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How many samples a second each shard of this node admits, over the last look's interval. Thread-safe. */
final class ShardRates {
    private record Counted(long epoch, long samples, long nanos, double perSecond) {}

    private Map<Integer, Counted> byShard = Map.of();

    /** Looks at the counts; called every few seconds. */
    synchronized void look(List<ShardRegistry.State> states, long nowNanos) {
        Map<Integer, Counted> next = new HashMap<>();
        for (ShardRegistry.State state : states) {
            Counted before = byShard.get(state.shard());
            // A shard counts from zero in each epoch, so a new one has no rate before the second look.
            double perSecond = before == null || before.epoch != state.epoch()
                    ? 0
                    : (state.samples() - before.samples) * 1e9 / Math.max(1, nowNanos - before.nanos);
            next.put(state.shard(), new Counted(state.epoch(), state.samples(), nowNanos, perSecond));
        }
        byShard = next;
    }

    /** Samples a second of a shard, 0 before its epoch was looked at twice. */
    synchronized double perSecond(ShardRegistry.State state) {
        Counted counted = byShard.get(state.shard());
        return counted == null || counted.epoch != state.epoch() ? 0 : counted.perSecond;
    }
}
