package io.pharos.timeseries.sample;

import java.util.List;
import java.util.Map;

/**
 * The exemplars of one request or scrape.
 *
 * @param series those that can be read
 * @param refused how many of the others there were, by reason
 */
public record ExemplarBatch(List<SeriesExemplars> series, Map<ExemplarRefusal, Integer> refused) {
    /** None at all. */
    public static final ExemplarBatch EMPTY = new ExemplarBatch(List.of(), Map.of());

    /** Whether nothing came, neither good nor bad. */
    public boolean isEmpty() {
        return series.isEmpty() && refused.isEmpty();
    }

    /** How many came, refused ones included. */
    public int count() {
        int count = 0;
        for (SeriesExemplars one : series) {
            count += one.exemplars().size();
        }
        for (int some : refused.values()) {
            count += some;
        }
        return count;
    }
}
