package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.function.Absent;
import io.pharos.promql.query.SeriesSource;
import io.pharos.promql.query.TierRead;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.rollup.RollupColumn;
import io.pharos.timeseries.sample.StaleMarker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The newest sample of each series at each step, not older than the lookback; one pass over a series for all steps. */
final class SelectedVector implements SeriesStream {
    private static final int BATCH = 1024;

    private final Evaluation evaluation;
    private final SelectorTimes at;
    private final long lookbackMillis;
    private final Wanted wanted;
    private final boolean findsResets;
    private final SeriesSource.SeriesSet set;
    private final @Nullable TierNotes notes;
    private final long[] times = new long[BATCH];
    private final double[] numbers = new double[BATCH];

    /** What of a sample is the value. */
    enum Wanted {
        /** Its value. */
        VALUE,
        /** Its time, in seconds. */
        TIME,
        /** The time since when it counts, in seconds; samples that do not say are left out. */
        START_TIME
    }

    /** Selects. */
    SelectedVector(Evaluation evaluation, Expr.VectorSelector selector, SelectorTimes at, Wanted wanted) {
        this.evaluation = evaluation;
        this.at = at;
        this.wanted = wanted;
        this.findsResets = evaluation.findsResets(selector);
        this.lookbackMillis = evaluation.lookbackMillis();
        this.set = evaluation.source().select(selector.matchers(), at.first() - lookbackMillis + 1, at.last());
        this.notes = null;
    }

    /** Selects where samples are no longer all there: looks back two points at least. */
    SelectedVector(
            Evaluation evaluation,
            Expr.VectorSelector selector,
            SelectorTimes at,
            Wanted wanted,
            List<TierRead.Stretch> stretches) {
        this.evaluation = evaluation;
        this.at = at;
        this.wanted = wanted;
        this.findsResets = evaluation.findsResets(selector);
        TierRead read = new TierRead(RollupColumn.CURRENT, stretches);
        this.lookbackMillis = Math.max(evaluation.lookbackMillis(), 2 * read.resolutionMillis());
        long from = at.first() - lookbackMillis + 1;
        this.set = evaluation.source().select(selector.matchers(), from, at.last(), read);
        this.notes = new TierNotes(evaluation.annotations(), stretches, from, at.last(), selector.span());
    }

    @Override
    public @Nullable SeriesBlock next() {
        while (set.next()) {
            evaluation.addSeries();
            SampleIterator samples = set.samples();
            boolean plain = !samples.hasHistograms() && wanted != Wanted.START_TIME;
            SeriesBlock block = !plain ? readAll(samples) : at.steps().count() == 1 ? readOne(samples) : read(samples);
            if (block != null) {
                if (notes != null) {
                    notes.tell();
                }
                return block;
            }
        }
        return null;
    }

    /** One step needs one sample, which a chunk may know without being decoded. */
    private @Nullable SeriesBlock readOne(SampleIterator samples) {
        long reference = at.first();
        boolean found = samples.takeNewest(reference, times, numbers);
        if (!found || times[0] <= reference - lookbackMillis || StaleMarker.is(numbers[0])) {
            return null;
        }
        evaluation.addSamples(1);
        double value = wanted == Wanted.TIME ? times[0] / 1000.0 : numbers[0];
        return new SeriesBlock(set.labels(), false, new double[] {value});
    }

    private @Nullable SeriesBlock read(SampleIterator samples) {
        int count = at.steps().count();
        double[] values = SeriesBlock.absent(count);
        int taken = samples.take(times, numbers, 0, BATCH);
        int next = 0;
        long time = Long.MIN_VALUE;
        double value = 0;
        int found = 0;
        for (int i = 0; i < count; i++) {
            long reference = at.at(i);
            while (next < taken && times[next] <= reference) {
                next = after(reference, next, taken);
                time = times[next - 1];
                value = numbers[next - 1];
                if (next == taken) {
                    taken = samples.take(times, numbers, 0, BATCH);
                    next = 0;
                }
            }
            if (time > reference - lookbackMillis && !StaleMarker.is(value)) {
                values[i] = wanted == Wanted.TIME ? time / 1000.0 : value;
                found++;
            }
        }
        evaluation.addSamples(found);
        return found == 0 ? null : new SeriesBlock(set.labels(), false, values);
    }

    /** The first place after that of the last sample up to a time; the samples from the first place on are looked at. */
    private int after(long reference, int from, int to) {
        int place = from;
        while (place < to && place < from + 8) {
            if (times[place] > reference) {
                return place;
            }
            place++;
        }
        int high = to;
        while (place < high) {
            int middle = place + high >>> 1;
            if (times[middle] <= reference) {
                place = middle + 1;
            } else {
                high = middle;
            }
        }
        return place;
    }

    private @Nullable SeriesBlock readAll(SampleIterator samples) {
        int count = at.steps().count();
        double[] values = SeriesBlock.absent(count);
        @Nullable Histogram[] histograms = new Histogram[count];
        boolean more = samples.next();
        long time = Long.MIN_VALUE;
        double value = StaleMarker.VALUE;
        long start = 0;
        Histogram histogram = null;
        Histogram before = null;
        int found = 0;
        for (int i = 0; i < count; i++) {
            long reference = at.at(i);
            while (more && samples.timestampMillis() <= reference) {
                time = samples.timestampMillis();
                value = samples.value();
                histogram = samples.histogram();
                start = samples.startMillis();
                if (histogram != null && findsResets) {
                    // What lies before the lookback is not read, so it decides nothing.
                    Histogram hinted =
                            time > at.first() - lookbackMillis ? ResetHints.found(histogram, before) : histogram;
                    before = time > at.first() - lookbackMillis ? histogram : null;
                    histogram = hinted;
                }
                more = samples.next();
            }
            boolean there = histogram != null || !StaleMarker.is(value);
            if (time <= reference - lookbackMillis || !there || wanted == Wanted.START_TIME && start == 0) {
                continue;
            }
            found++;
            switch (wanted) {
                case TIME -> values[i] = time / 1000.0;
                case START_TIME -> values[i] = start / 1000.0;
                case VALUE -> {
                    histograms[i] = histogram;
                    values[i] = histogram == null ? value : Absent.VALUE;
                    found += histogram == null ? 0 : Evaluation.weight(histogram);
                }
            }
        }
        evaluation.addSamples(found);
        return found == 0
                ? null
                : new SeriesBlock(set.labels(), false, values, wanted == Wanted.VALUE ? histograms : null);
    }

    @Override
    public void close() {
        set.close();
    }
}
