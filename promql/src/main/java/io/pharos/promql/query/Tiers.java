package io.pharos.promql.query;

import java.util.ArrayList;
import java.util.List;

/**
 * From when on samples are there as they came, and from when on only as points of roll-ups: fixed once a query, so that all who
 * work on it decide alike. A tier is complete after its time: samples, or points, strictly after it.
 *
 * @param rawAfterMillis raw samples after this are all there, and cheap to read
 * @param rollUps the roll-ups, finest first, each beginning before the one before it
 * @param coldAfterMillis raw samples after this are all there, older ones in a cold store: read where no roll-up is as good; the
 *     largest long where there is no such store
 * @param nowMillis the time of all this; the smallest long where nothing ever is too old
 * @param rawBounds where series differ in how long their raw samples are kept: the times after which those of some are all there,
 *     ascending, the last one {@code rawAfterMillis}; else empty
 */
public record Tiers(
        long rawAfterMillis, List<RollUpTier> rollUps, long coldAfterMillis, long nowMillis, List<Long> rawBounds) {
    /** Everything is there as it came. */
    public static final Tiers RAW_ONLY = new Tiers(Long.MIN_VALUE, List.of());
    /** Of {@link #coldAfterMillis}: raw samples are nowhere else. */
    public static final long NO_COLD = Long.MAX_VALUE;

    /** Without a cold store. */
    public Tiers(long rawAfterMillis, List<RollUpTier> rollUps) {
        this(rawAfterMillis, rollUps, NO_COLD, Long.MIN_VALUE, List.of());
    }

    /**
     * Series whose raw samples begin to be there at one time, and the tiers of just these.
     *
     * @param overMillis of the time after which raw samples of a series are all there: later than this
     * @param upToMillis and up to this; where there is no later bound, the largest long
     */
    public record Group(long overMillis, long upToMillis, Tiers tiers) {
        /** Whether a series is one of them by the time after which its raw samples are all there. */
        public boolean has(long rawAfterMillis) {
            return rawAfterMillis > overMillis && rawAfterMillis <= upToMillis;
        }
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
        rawBounds = List.copyOf(rawBounds);
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
        return new Tiers(rawAfterMillis, rollUps, afterMillis, nowMillis, rawBounds);
    }

    /**
     * All series in groups that read alike what comes strictly after a time: those that have their raw samples there are one. Every
     * series is in exactly one group. A single one where there is nothing to tell apart.
     */
    public List<Group> groups(long afterMillis) {
        List<Group> groups = new ArrayList<>();
        long over = Long.MIN_VALUE;
        for (int i = 0; i < rawBounds.size(); i++) {
            boolean last = i == rawBounds.size() - 1;
            long bound = rawBounds.get(i);
            if (last || rawBounds.get(i + 1) > afterMillis) {
                groups.add(new Group(over, last ? Long.MAX_VALUE : bound, of(bound)));
                over = bound;
            }
        }
        return groups.size() > 1 ? groups : List.of(new Group(Long.MIN_VALUE, Long.MAX_VALUE, this));
    }

    /** Of a roll-up that begins no earlier than raw samples do nothing is read. */
    private Tiers of(long bound) {
        List<RollUpTier> older =
                rollUps.stream().filter(tier -> tier.afterMillis < bound).toList();
        return new Tiers(bound, older, coldAfterMillis, nowMillis, List.of());
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
