package io.pharos.timeseries.chunk;

import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.Histogram;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several iterators as one, in the order of time; of samples at one time only that of the earliest-listed iterator is given. */
public final class MergedIterator implements SampleIterator {
    private final SampleIterator[] sources;
    /** A binary heap of indices into the sources, least (time, index) first. */
    private final int[] heap;

    private int size;
    private boolean started;
    private long time;
    private double value;
    private final boolean histograms;
    private final boolean startTimes;
    private @Nullable Histogram histogram;
    private int histogramSource = -1;
    private long startMillis;

    private MergedIterator(List<? extends SampleIterator> iterators) {
        sources = iterators.toArray(SampleIterator[]::new);
        heap = new int[sources.length];
        boolean anyHistograms = false;
        boolean anyStartTimes = false;
        for (SampleIterator source : sources) {
            anyHistograms |= source.hasHistograms();
            anyStartTimes |= source.hasStartTimes();
        }
        histograms = anyHistograms;
        startTimes = anyStartTimes;
    }

    /** Merges iterators, none of which may have been stepped; they must not be used otherwise afterwards. */
    public static SampleIterator of(List<? extends SampleIterator> iterators) {
        return switch (iterators.size()) {
            case 0 -> EMPTY;
            case 1 -> iterators.get(0);
            default ->
                ChainedIterator.isChain(iterators) ? new ChainedIterator(iterators) : new MergedIterator(iterators);
        };
    }

    @Override
    public boolean next() {
        if (!started) {
            start();
        }
        if (size == 0) {
            return false;
        }
        time = sources[heap[0]].timestampMillis();
        value = sources[heap[0]].value();
        if (histograms) {
            takeHistogram(heap[0]);
        }
        if (startTimes) {
            startMillis = sources[heap[0]].startMillis();
        }
        do {
            advanceLeast();
        } while (size > 0 && sources[heap[0]].timestampMillis() == time);
        return true;
    }

    /** A histogram was compared with the one before it in its own source, which says nothing about one of another source. */
    private void takeHistogram(int source) {
        Histogram taken = sources[source].histogram();
        boolean jumped = source != histogramSource;
        if (taken != null && jumped && taken.hint() != CounterResetHint.GAUGE) {
            taken = taken.withHint(CounterResetHint.UNKNOWN);
        }
        histogram = taken;
        histogramSource = source;
    }

    private void start() {
        started = true;
        for (int i = 0; i < sources.length; i++) {
            if (sources[i].next()) {
                int at = size++;
                while (at > 0 && isBefore(i, heap[at - 1 >> 1])) {
                    heap[at] = heap[at - 1 >> 1];
                    at = at - 1 >> 1;
                }
                heap[at] = i;
            }
        }
    }

    private void advanceLeast() {
        int moved = sources[heap[0]].next() ? heap[0] : heap[--size];
        int at = 0;
        int child = 1;
        while (child < size) {
            if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (!isBefore(heap[child], moved)) {
                break;
            }
            heap[at] = heap[child];
            at = child;
            child = 2 * at + 1;
        }
        if (size > 0) {
            heap[at] = moved;
        }
    }

    private boolean isBefore(int left, int right) {
        int order = Long.compare(sources[left].timestampMillis(), sources[right].timestampMillis());
        return order != 0 ? order < 0 : left < right;
    }

    @Override
    public long timestampMillis() {
        return time;
    }

    @Override
    public double value() {
        return value;
    }

    @Override
    public boolean hasHistograms() {
        return histograms;
    }

    @Override
    public @Nullable Histogram histogram() {
        return histogram;
    }

    @Override
    public boolean hasStartTimes() {
        return startTimes;
    }

    @Override
    public long startMillis() {
        return startMillis;
    }
}
