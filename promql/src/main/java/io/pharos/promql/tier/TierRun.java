package io.pharos.promql.tier;

import io.pharos.promql.query.TierRead;
import java.util.List;

/**
 * Steps one after the other that read the same resolutions.
 *
 * @param from the first step
 * @param to one after the last
 * @param stretches what they read, coarsest first; empty where they read samples as they came
 */
public record TierRun(int from, int to, List<TierRead.Stretch> stretches) {
    /** Copies the list. */
    public TierRun {
        stretches = List.copyOf(stretches);
    }

    /** Whether the steps read samples as they came. */
    public boolean isRaw() {
        return stretches.isEmpty();
    }

    /** The coarsest resolution read; 0 where it is raw. */
    public long resolutionMillis() {
        return isRaw() ? 0 : stretches.get(0).resolutionMillis();
    }
}
