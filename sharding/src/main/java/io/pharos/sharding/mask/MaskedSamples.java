package io.pharos.sharding.mask;

import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The samples of a chunk without those of some stretches of time. Not thread-safe. */
final class MaskedSamples implements SampleIterator {
    private final SampleIterator samples;
    /** Pairs of first and last time, ascending and apart. */
    private final long[] hidden;

    private int pair;
    private boolean skipped;

    MaskedSamples(SampleIterator samples, long[] hidden) {
        this.samples = samples;
        this.hidden = hidden;
    }

    @Override
    public boolean next() {
        skipped = false;
        while (samples.next()) {
            long time = samples.timestampMillis();
            while (pair < hidden.length && hidden[pair + 1] < time) {
                pair += 2;
            }
            if (pair == hidden.length || hidden[pair] > time) {
                return true;
            }
            skipped = true;
        }
        return false;
    }

    @Override
    public long timestampMillis() {
        return samples.timestampMillis();
    }

    @Override
    public double value() {
        return samples.value();
    }

    @Override
    public long notBeforeMillis() {
        return samples.notBeforeMillis();
    }

    @Override
    public long notAfterMillis() {
        return samples.notAfterMillis();
    }

    @Override
    public boolean hasHistograms() {
        return samples.hasHistograms();
    }

    /** One that follows a hidden one was compared with that, which says nothing about the one seen before it. */
    @Override
    public @Nullable Histogram histogram() {
        Histogram histogram = samples.histogram();
        return histogram != null && skipped && histogram.hint() != CounterResetHint.GAUGE
                ? histogram.withHint(CounterResetHint.UNKNOWN)
                : histogram;
    }

    @Override
    public long weight() {
        return samples.weight();
    }

    @Override
    public boolean hasStartTimes() {
        return samples.hasStartTimes();
    }

    @Override
    public long startMillis() {
        return samples.startMillis();
    }
}
