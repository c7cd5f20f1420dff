package io.pharos.collection.bulk;

import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesHash;
import io.pharos.timeseries.sample.LabelEncoding;
import io.pharos.timeseries.sample.SampleBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gathers samples by series, so that few long runs leave it, and gives them away as a batch when enough have come. Not thread-safe.
 */
public final class RunGatherer {
    /** What series that are known by the bytes they came with may take; then all are given away and forgotten. */
    private static final int KNOWN_BYTES_MAX = 32 << 20;
    /** What one takes beside its labels. */
    private static final int KNOWN_BYTES = 250;

    private record Key(long high, long low) {}

    /** The samples of one series since the last batch. */
    static final class Run {
        private final byte[] canonical;
        private long[] times = new long[4];
        private double[] values = new double[4];
        private int count;

        Run(byte[] canonical) {
            this.canonical = canonical;
        }

        private void room(int more) {
            if (count + more > times.length) {
                int length = Math.max(count + more, times.length + (times.length >> 1));
                times = Arrays.copyOf(times, length);
                values = Arrays.copyOf(values, length);
            }
        }
    }

    private final int samplesMax;
    private final Consumer<SampleBatch> full;
    private final SeriesHash.Words words = new SeriesHash.Words();
    private final Map<Key, Run> known = new HashMap<>();
    private final List<Run> living = new ArrayList<>();
    private int knownBytes;
    private int samples;
    private long gathered;

    /**
     * A gatherer of batches of about so many samples.
     *
     * @param full takes a batch, on the thread that brought its last sample
     */
    public RunGatherer(int samplesMax, Consumer<SampleBatch> full) {
        this.samplesMax = samplesMax;
        this.full = full;
    }

    /** The run of the series that came with these bytes before, or null. */
    @Nullable
    Run find(byte[] bytes, int from, int to) {
        SeriesHash.hash(bytes, from, to, 0, words);
        return known.get(new Key(words.high, words.low));
    }

    /** The run of a series that comes with these bytes from now on. */
    Run add(byte[] bytes, int from, int to, Labels labels) {
        if (knownBytes > KNOWN_BYTES_MAX) {
            flush();
            known.clear();
            knownBytes = 0;
        }
        SeriesHash.hash(bytes, from, to, 0, words);
        Run run = new Run(labels.canonicalBytes());
        knownBytes += run.canonical.length + KNOWN_BYTES;
        known.put(new Key(words.high, words.low), run);
        return run;
    }

    /** Adds a sample of a series. */
    void sample(Run run, long timestampMillis, double value) {
        begin(run, 1);
        run.times[run.count] = timestampMillis;
        run.values[run.count++] = value;
        ended(1);
    }

    /** Adds the first samples of two columns. */
    void samples(Run run, long[] times, double[] values, int count) {
        begin(run, count);
        System.arraycopy(times, 0, run.times, run.count, count);
        System.arraycopy(values, 0, run.values, run.count, count);
        run.count += count;
        ended(count);
    }

    private void begin(Run run, int more) {
        if (run.count == 0) {
            living.add(run);
        }
        run.room(more);
    }

    private void ended(int more) {
        samples += more;
        gathered += more;
        if (samples >= samplesMax) {
            flush();
        }
    }

    /** All samples that came so far. */
    public long gathered() {
        return gathered;
    }

    /** Gives away what there is. */
    public void flush() {
        if (samples == 0) {
            return;
        }
        int labelBytes = 0;
        for (Run run : living) {
            labelBytes += run.canonical.length;
        }
        int series = living.size();
        byte[] labels = new byte[labelBytes];
        int[] labelFrom = new int[series];
        int[] labelTo = new int[series];
        int[] sampleFrom = new int[series + 1];
        long[] times = new long[samples];
        double[] values = new double[samples];
        int at = 0;
        int label = 0;
        for (int i = 0; i < series; i++) {
            Run run = living.get(i);
            labelFrom[i] = label;
            System.arraycopy(run.canonical, 0, labels, label, run.canonical.length);
            label += run.canonical.length;
            labelTo[i] = label;
            sampleFrom[i] = at;
            System.arraycopy(run.times, 0, times, at, run.count);
            System.arraycopy(run.values, 0, values, at, run.count);
            at += run.count;
            run.count = 0;
            if (run.times.length > 8) {
                // Else each series would keep as much as its largest batch took.
                run.times = new long[4];
                run.values = new double[4];
            }
        }
        sampleFrom[series] = at;
        living.clear();
        samples = 0;
        full.accept(new SampleBatch(
                LabelEncoding.CANONICAL, series, labels, labelFrom, labelTo, sampleFrom, times, values));
    }
}
