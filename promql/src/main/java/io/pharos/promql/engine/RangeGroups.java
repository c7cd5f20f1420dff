package io.pharos.promql.engine;

import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The samples of groups of series one after the other. */
final class RangeGroups implements RangeStream {
    private final List<RangeStream> groups;
    private int at;

    private RangeGroups(List<RangeStream> groups) {
        this.groups = groups;
    }

    /** Ranges of the same windows; where some are wider, since a point of theirs is, all become so. */
    static Evaluator.Range of(List<Evaluator.Range> groups) {
        Evaluator.Range widest = groups.get(0);
        for (Evaluator.Range group : groups) {
            widest = group.rangeMillis() > widest.rangeMillis() ? group : widest;
        }
        return groups.size() == 1
                ? widest
                : new Evaluator.Range(
                        new RangeGroups(
                                groups.stream().map(Evaluator.Range::stream).toList()),
                        widest.at(),
                        widest.rangeMillis(),
                        widest.extended(),
                        widest.lookbackMillis());
    }

    private RangeStream current() {
        return groups.get(at);
    }

    @Override
    public boolean next() {
        while (!current().next()) {
            if (at + 1 == groups.size()) {
                return false;
            }
            at++;
        }
        return true;
    }

    @Override
    public Labels labels() {
        return current().labels();
    }

    @Override
    public boolean dropName() {
        return current().dropName();
    }

    @Override
    public long[] times() {
        return current().times();
    }

    @Override
    public double[] values() {
        return current().values();
    }

    @Override
    public int count() {
        return current().count();
    }

    @Override
    public @Nullable Histogram @Nullable [] histograms() {
        return current().histograms();
    }

    @Override
    public long @Nullable [] startTimes() {
        return current().startTimes();
    }

    @Override
    public long @Nullable [] weights() {
        return current().weights();
    }

    @Override
    public void close() {
        groups.forEach(RangeStream::close);
    }
}
