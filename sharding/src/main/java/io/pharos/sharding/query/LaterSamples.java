package io.pharos.sharding.query;

import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.histogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Samples of another iterator without those before a time. Not thread-safe. */
final class LaterSamples implements SampleIterator {
    private final SampleIterator samples;
    private final long fromMillis;

    LaterSamples(SampleIterator samples, long fromMillis) {
        this.samples = samples;
        this.fromMillis = fromMillis;
    }

    @Override
    public boolean next() {
        while (samples.next()) {
            if (samples.timestampMillis() >= fromMillis) {
                return true;
            }
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
    public long weight() {
        return samples.weight();
    }

    @Override
    public boolean hasHistograms() {
        return samples.hasHistograms();
    }

    @Override
    public boolean hasStartTimes() {
        return samples.hasStartTimes();
    }

    @Override
    public long startMillis() {
        return samples.startMillis();
    }

    @Override
    public @Nullable Histogram histogram() {
        return samples.histogram();
    }
}
