package io.pharos.sharding.mask;

import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.rollup.RollupChunk;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is hidden of one series. Immutable. */
public final class SeriesMasks {
    private final List<Mask> masks;

    /** @param masks those that match the series, one at least */
    SeriesMasks(List<Mask> masks) {
        this.masks = masks;
    }

    /**
     * What readers see of a chunk.
     *
     * @param startMillis of the chunk's first sample
     * @param endMillis of its last one
     * @param samples opens the chunk; not asked where all of it is hidden
     * @return the samples left, or null where there are none
     */
    public @Nullable SampleIterator seen(
            long epoch, int sequence, long startMillis, long endMillis, Supplier<SampleIterator> samples) {
        long[] hidden = HIDES_NOTHING;
        for (Mask mask : masks) {
            if (mask.isAfterChunk(epoch, sequence)
                    && mask.fromMillis() <= endMillis
                    && mask.toMillis() >= startMillis) {
                if (mask.fromMillis() <= startMillis && mask.toMillis() >= endMillis) {
                    return null;
                }
                hidden = with(hidden, mask);
            }
        }
        return hidden.length == 0 ? samples.get() : new MaskedSamples(samples.get(), merged(hidden));
    }

    /** What readers see of a row of points: without those that stand for time in which something is hidden from them. */
    public RollupChunk seen(long epoch, int sequence, RollupChunk row) {
        long[] hidden = HIDES_NOTHING;
        long since = row.firstTimestampMillis() - row.resolutionMillis();
        for (Mask mask : masks) {
            if (mask.isAfterPoints(epoch, sequence)
                    && mask.fromMillis() <= row.lastTimestampMillis()
                    && mask.toMillis() > since) {
                hidden = with(hidden, mask);
            }
        }
        return hidden.length == 0 ? row : row.hiding(merged(hidden));
    }

    /** Whether any of these hides a time from chunks that are old enough. */
    public boolean hide(long timeMillis) {
        for (Mask mask : masks) {
            if (mask.fromMillis() <= timeMillis && mask.toMillis() >= timeMillis) {
                return true;
            }
        }
        return false;
    }

    private static final long[] HIDES_NOTHING = {};

    private static long[] with(long[] hidden, Mask mask) {
        long[] more = java.util.Arrays.copyOf(hidden, hidden.length + 2);
        more[hidden.length] = mask.fromMillis();
        more[hidden.length + 1] = mask.toMillis();
        return more;
    }

    /** Stretches in the order of time, none of which touches another: pairs of first and last. */
    static long[] merged(long[] pairs) {
        if (pairs.length == 2) {
            return pairs;
        }
        List<long[]> ordered = new ArrayList<>(pairs.length / 2);
        for (int i = 0; i < pairs.length; i += 2) {
            ordered.add(new long[] {pairs[i], pairs[i + 1]});
        }
        ordered.sort(Comparator.comparingLong(pair -> pair[0]));
        List<long[]> merged = new ArrayList<>(ordered.size());
        long[] last = ordered.get(0);
        merged.add(last);
        for (long[] pair : ordered) {
            if (last[1] == Long.MAX_VALUE || pair[0] <= last[1] + 1) {
                last[1] = Math.max(last[1], pair[1]);
            } else {
                last = pair;
                merged.add(pair);
            }
        }
        long[] flat = new long[2 * merged.size()];
        for (int i = 0; i < merged.size(); i++) {
            flat[2 * i] = merged.get(i)[0];
            flat[2 * i + 1] = merged.get(i)[1];
        }
        return flat;
    }
}
