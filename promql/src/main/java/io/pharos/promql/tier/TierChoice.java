package io.pharos.promql.tier;

import io.pharos.promql.query.TierRead.Stretch;
import io.pharos.promql.query.Tiers;
import io.pharos.promql.query.Tiers.RollUpTier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * What a step reads begins at the earliest time it looks at. The finest tier that is complete from there on is right; a coarser
 * roll-up is as good where its points are no longer than the window and the step, and for an instant selector where all steps
 * lie on its points. It is then read up to where raw samples begin; else finer roll-ups follow it before that. Raw samples that
 * are in a cold store are read where no roll-up is as good. Times ascend with the steps, so there are at most two runs a tier.
 */
/** Cuts the steps of a selector into runs of one choice of tiers each. */
public final class TierChoice {
    private final Tiers tiers;
    private final long firstMillis;
    private final long stepMillis;
    private final int count;
    private final long reachMillis;
    private final boolean instant;

    private TierChoice(Tiers tiers, long firstMillis, long stepMillis, int count, long reachMillis, boolean instant) {
        this.tiers = tiers;
        this.firstMillis = firstMillis;
        this.stepMillis = stepMillis;
        this.count = count;
        this.reachMillis = reachMillis;
        this.instant = instant;
    }

    /** The runs of an instant selector that looks back so far; the step is of no meaning for one time. */
    public static List<TierRun> ofInstants(
            Tiers tiers, long firstMillis, long stepMillis, int count, long lookbackMillis) {
        return new TierChoice(tiers, firstMillis, stepMillis, count, lookbackMillis, true).runs();
    }

    /** The runs of windows of this length that end at the times. */
    public static List<TierRun> ofWindows(Tiers tiers, long firstMillis, long stepMillis, int count, long rangeMillis) {
        return new TierChoice(tiers, firstMillis, stepMillis, count, rangeMillis, false).runs();
    }

    private List<TierRun> runs() {
        List<TierRun> runs = new ArrayList<>();
        int from = 0;
        List<Stretch> current = at(0);
        for (int i = 1; i < count && !tiers.isRaw(after(i - 1)); i++) {
            List<Stretch> stretches = at(i);
            if (!stretches.equals(current)) {
                runs.add(new TierRun(from, i, current));
                from = i;
                current = stretches;
            }
        }
        runs.add(new TierRun(from, count, current));
        return runs;
    }

    /** What a step reads begins strictly after this. */
    private long after(int step) {
        return firstMillis + step * stepMillis - reachMillis;
    }

    private List<Stretch> at(int step) {
        long after = after(step);
        if (tiers.isRaw(after)) {
            return List.of();
        }
        List<RollUpTier> rollUps = tiers.rollUps();
        int finest = 0;
        while (finest + 1 < rollUps.size() && rollUps.get(finest).afterMillis() > after) {
            finest++;
        }
        for (int i = rollUps.size() - 1; i >= finest; i--) {
            if (isAsGood(rollUps.get(i).resolutionMillis())) {
                return stretches(i, i);
            }
        }
        return tiers.hasSamples(after) ? List.of() : stretches(finest, 0);
    }

    private boolean isAsGood(long resolution) {
        if (instant) {
            return Math.floorMod(firstMillis, resolution) == 0 && (count == 1 || stepMillis % resolution == 0);
        }
        return resolution <= reachMillis && (count == 1 || resolution <= stepMillis);
    }

    /** Roll-ups from one to a finer one, each up to where the next is complete, then raw samples. */
    private List<Stretch> stretches(int coarsest, int finest) {
        List<Stretch> stretches = new ArrayList<>();
        for (int i = coarsest; i >= finest; i--) {
            RollUpTier tier = tiers.rollUps().get(i);
            long next = i > finest ? tiers.rollUps().get(i - 1).afterMillis() : tiers.rawAfterMillis();
            // Up to a point of this tier, so that no interval is read twice.
            long to = -Math.floorDiv(-next, tier.resolutionMillis()) * tier.resolutionMillis();
            @Nullable Stretch before = stretches.isEmpty() ? null : stretches.get(stretches.size() - 1);
            if (before == null || to > before.toMillis()) {
                stretches.add(new Stretch(tier.resolutionMillis(), to));
            }
        }
        stretches.add(new Stretch(0, Long.MAX_VALUE));
        return stretches;
    }
}
