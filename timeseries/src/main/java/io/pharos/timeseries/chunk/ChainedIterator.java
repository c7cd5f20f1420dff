package io.pharos.timeseries.chunk;

import java.util.List;

/** Iterators over numbers, each of which ends before the next one begins, as one: the usual case, where nothing is compared. */
final class ChainedIterator implements SampleIterator {
    private final List<? extends SampleIterator> sources;
    private SampleIterator current;
    private int opened = 1;

    ChainedIterator(List<? extends SampleIterator> sources) {
        this.sources = sources;
        this.current = sources.get(0);
    }

    /** Whether iterators can be chained in the order they have. */
    static boolean isChain(List<? extends SampleIterator> iterators) {
        for (int i = 0; i < iterators.size(); i++) {
            SampleIterator iterator = iterators.get(i);
            boolean overlaps = i > 0 && iterators.get(i - 1).notAfterMillis() >= iterator.notBeforeMillis();
            if (overlaps || iterator.hasHistograms() || iterator.hasStartTimes()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean next() {
        while (!current.next()) {
            if (opened == sources.size()) {
                return false;
            }
            current = sources.get(opened++);
        }
        return true;
    }

    @Override
    public int take(long[] times, double[] values, int from, int to) {
        int taken = current.take(times, values, from, to);
        while (taken == 0 && to > from && opened < sources.size()) {
            current = sources.get(opened++);
            taken = current.take(times, values, from, to);
        }
        return taken;
    }

    @Override
    public boolean takeNewest(long atMillis, long[] times, double[] values) {
        for (int i = sources.size() - 1; i >= 0; i--) {
            SampleIterator source = sources.get(i);
            if (source.notBeforeMillis() <= atMillis && source.takeNewest(atMillis, times, values)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public long notBeforeMillis() {
        return sources.get(0).notBeforeMillis();
    }

    @Override
    public long notAfterMillis() {
        return sources.get(sources.size() - 1).notAfterMillis();
    }

    @Override
    public long timestampMillis() {
        return current.timestampMillis();
    }

    @Override
    public double value() {
        return current.value();
    }
}
