package io.pharos.promql.engine;

import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The merged result of a part of a distributed plan: values at steps, or for a range vector the samples themselves. */
public record RemoteSeries(List<SeriesBlock> blocks, List<SampleSeries> samples) {
    /** One series with its samples; the arrays are as long as each other. */
    public record SampleSeries(
            Labels labels,
            boolean dropName,
            long[] times,
            double[] values,
            @Nullable Histogram @Nullable [] histograms) {}

    /** Values at steps; label sets that came more than once are merged, or refused where their samples overlap. */
    public static RemoteSeries ofBlocks(List<SeriesBlock> blocks) {
        return new RemoteSeries(SeriesMerge.merged(blocks), List.of());
    }

    /** Samples of a range vector. */
    public static RemoteSeries ofSamples(List<SampleSeries> samples) {
        return new RemoteSeries(List.of(), samples);
    }

    RangeStream samplesStream() {
        return new RangeStream() {
            private int at = -1;

            @Override
            public boolean next() {
                return ++at < samples.size();
            }

            @Override
            public Labels labels() {
                return samples.get(at).labels();
            }

            @Override
            public boolean dropName() {
                return samples.get(at).dropName();
            }

            @Override
            public long[] times() {
                return samples.get(at).times();
            }

            @Override
            public double[] values() {
                return samples.get(at).values();
            }

            @Override
            public @Nullable Histogram @Nullable [] histograms() {
                return samples.get(at).histograms();
            }

            @Override
            public int count() {
                return samples.get(at).times().length;
            }

            @Override
            public void close() {}
        };
    }
}
