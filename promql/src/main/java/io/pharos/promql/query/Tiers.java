package io.pharos.promql.query;

import java.util.List;

/**
 * From when on samples are there as they came, and from when on only as points of roll-ups: fixed once a query, so that all who
 * work on it decide alike. A tier is complete after its time: samples, or points, strictly after it.
 *
 * @param rawAfterMillis raw samples after this are all there
 * @param rollUps the roll-ups, finest first, each beginning before the one before it
 */
public record Tiers(long rawAfterMillis, List<RollUpTier> rollUps) {
    /** Everything is there as it came. */
    public static final Tiers RAW_ONLY = new Tiers(Long.MIN_VALUE, List.of());

    /**
     * A roll-up.
     *
     * @param resolutionMillis the interval of its points
     * @param afterMillis points after this are all there
     */
    public record RollUpTier(long resolutionMillis, long afterMillis) {}

    /** Checks that the tiers come finest first. */
    public Tiers {
        rollUps = List.copyOf(rollUps);
        long finer = 0;
        for (RollUpTier tier : rollUps) {
            if (tier.resolutionMillis <= finer) {
                throw new IllegalArgumentException("tiers are not finest first: " + rollUps);
            }
            finer = tier.resolutionMillis;
        }
    }

    /** Whether what is read strictly after a time is there as it came, or nowhere else. */
    public boolean isRaw(long afterMillis) {
        return afterMillis >= rawAfterMillis || rollUps.isEmpty();
    }
}
