package io.pharos.promql.query;

import java.util.List;

/**
 * From when on samples are there as they came, and from when on only as points of roll-ups: fixed once a query, so that all who
 * work on it decide alike. A tier is complete after its time: samples, or points, strictly after it.
 *
 * @param rawAfterMillis raw samples after this are all there, and cheap to read
 * @param rollUps the roll-ups, finest first, each beginning before the one before it
 * @param coldAfterMillis raw samples after this are all there, older ones in a cold store: read where no roll-up is as good; the
 *     largest long where there is no such store
 */
public record Tiers(long rawAfterMillis, List<RollUpTier> rollUps, long coldAfterMillis) {
    /** Everything is there as it came. */
    public static final Tiers RAW_ONLY = new Tiers(Long.MIN_VALUE, List.of());
    /** Of {@link #coldAfterMillis}: raw samples are nowhere else. */
    public static final long NO_COLD = Long.MAX_VALUE;

    /** Without a cold store. */
    public Tiers(long rawAfterMillis, List<RollUpTier> rollUps) {
        this(rawAfterMillis, rollUps, NO_COLD);
    }

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

    /** The same with raw samples that are all there after a time, older ones in a cold store. */
    public Tiers withCold(long afterMillis) {
        return new Tiers(rawAfterMillis, rollUps, afterMillis);
    }

    /** Whether what is read strictly after a time is there as it came, be it in a cold store. */
    public boolean hasSamples(long afterMillis) {
        return isRaw(afterMillis) || afterMillis >= coldAfterMillis;
    }

    /** Whether what is read strictly after a time is there as it came and cheap to read, or nowhere else. */
    public boolean isRaw(long afterMillis) {
        return afterMillis >= rawAfterMillis || rollUps.isEmpty();
    }
}
