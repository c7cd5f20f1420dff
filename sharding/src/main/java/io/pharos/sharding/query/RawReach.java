package io.pharos.sharding.query;

import io.pharos.promql.query.Tiers;
import io.pharos.sharding.tier.TierRules;
import io.pharos.timeseries.labels.Labels;
import org.jspecify.annotations.Nullable;

/**
 * How far back raw samples of a series are read in one evaluation, and of which group of series. As the query's root decided, by its
 * time, and by each series' own rule.
 *
 * @param tiers of the evaluation, or of a group
 * @param group which series; null for all
 */
record RawReach(TierRules rules, Tiers tiers, Tiers.@Nullable Group group) {
    static RawReach of(TierRules rules, Tiers tiers) {
        return new RawReach(rules, tiers, null);
    }

    RawReach only(Tiers.Group some) {
        return new RawReach(rules, some.tiers(), some);
    }

    /** Whether some series are left out. */
    boolean isOfSome() {
        return group != null;
    }

    /** Whether a series is one of the group. */
    boolean has(Labels labels) {
        Tiers.Group some = group;
        return some == null || some.has(rules.rawBoundMillis(labels, tiers.nowMillis()));
    }

    /** The first time to read of a series, at or after one: what is older than its retention is gone, even if it is still there. */
    long from(Chosen chosen, int at, long fromMillis) {
        // With roll-ups the root has seen to it; raw samples before that stand in for points that are not made yet.
        if (tiers.nowMillis() == Long.MIN_VALUE || !tiers.rollUps().isEmpty()) {
            return fromMillis;
        }
        long after = rawAfter(chosen, at);
        after = Math.min(after, tiers.coldAfterMillis());
        return after == Long.MIN_VALUE ? fromMillis : Math.max(fromMillis, after + 1);
    }

    /** Whether what is read of a series from a time on may be older than what the chunk store has of it. */
    boolean isOlder(Chosen chosen, int at, long fromMillis) {
        return tiers.nowMillis() == Long.MIN_VALUE || fromMillis <= rawAfter(chosen, at);
    }

    private long rawAfter(Chosen chosen, int at) {
        return rules.rawAfterMillis(rules.sameRawForAll() ? null : chosen.labels(at), tiers.nowMillis());
    }
}
