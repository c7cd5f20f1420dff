package io.pharos.promql.engine;

import io.pharos.promql.function.Absent;
import io.pharos.promql.query.QueryException;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes label sets unique again after labels were dropped or changed. */
final class SeriesMerge {
    private SeriesMerge() {}

    /**
     * Series of the same labels become one when no step has a sample of both.
     *
     * @throws QueryException when a step has two
     */
    static List<SeriesBlock> merged(Iterable<SeriesBlock> blocks) {
        Map<Labels, SeriesBlock> byLabels = new LinkedHashMap<>();
        for (SeriesBlock block : blocks) {
            SeriesBlock known = byLabels.putIfAbsent(block.labels(), block);
            if (known != null && !absorbed(known.values(), block.values())) {
                throw sameLabels();
            }
        }
        return new ArrayList<>(byLabels.values());
    }

    /** Moves the samples of one array into the gaps of another; false where both have one. */
    static boolean absorbed(double[] into, double[] from) {
        for (int i = 0; i < into.length; i++) {
            if (!Absent.is(from[i])) {
                if (!Absent.is(into[i])) {
                    return false;
                }
                into[i] = from[i];
            }
        }
        return true;
    }

    static QueryException sameLabels() {
        return new QueryException(
                QueryException.Kind.EXECUTION, "vector cannot contain metrics with the same labelset");
    }
}
