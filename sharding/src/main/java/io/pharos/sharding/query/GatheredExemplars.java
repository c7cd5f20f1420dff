package io.pharos.sharding.query;

import io.pharos.promql.query.QueryException;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.Exemplar;
import io.pharos.timeseries.sample.SeriesExemplars;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** Exemplars from memory, rows and shards in their order, each once. Thread-safe. */
final class GatheredExemplars {
    private static final Comparator<Exemplar> ORDER = Comparator.comparingLong(Exemplar::timestampMillis)
            .thenComparing(Comparator.comparingDouble(Exemplar::value))
            .thenComparing(Exemplar::labels);

    private final int max;
    private final TreeMap<Labels, TreeSet<Exemplar>> bySeries = new TreeMap<>();
    private int count;

    /** @param max more are a {@link QueryException} */
    GatheredExemplars(int max) {
        this.max = max;
    }

    synchronized void add(Labels series, Exemplar exemplar) {
        if (bySeries.computeIfAbsent(series, added -> new TreeSet<>(ORDER)).add(exemplar) && ++count > max) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    "there are more than " + max + " exemplars in this time"
                            + " (pharos.sharding.exemplars.answer-max): ask for a shorter time or for fewer series");
        }
    }

    void add(SeriesExemplars some) {
        some.exemplars().forEach(exemplar -> add(some.series(), exemplar));
    }

    synchronized List<SeriesExemplars> all() {
        List<SeriesExemplars> all = new ArrayList<>(bySeries.size());
        bySeries.forEach((series, exemplars) -> all.add(new SeriesExemplars(series, new ArrayList<>(exemplars))));
        return all;
    }
}
