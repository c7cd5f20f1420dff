package io.pharos.promql.engine;

import io.pharos.promql.query.QueryException;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
            if (known != null) {
                byLabels.put(block.labels(), absorbed(known, block));
            }
        }
        return new ArrayList<>(byLabels.values());
    }

    /** The samples of both; where there are histograms in a new block, else in the arrays of the first. */
    private static SeriesBlock absorbed(SeriesBlock into, SeriesBlock from) {
        for (int i = 0; i < into.values().length; i++) {
            if (from.has(i)) {
                if (into.has(i)) {
                    throw sameLabels();
                }
                into.values()[i] = from.values()[i];
            }
        }
        @Nullable Histogram[] more = from.histograms();
        if (more == null) {
            return into;
        }
        @Nullable Histogram[] known = into.histograms();
        @Nullable Histogram[] all = known == null ? new Histogram[more.length] : known;
        for (int i = 0; i < more.length; i++) {
            all[i] = more[i] == null ? all[i] : more[i];
        }
        return new SeriesBlock(into.labels(), into.dropName(), into.values(), all);
    }

    static QueryException sameLabels() {
        return new QueryException(
                QueryException.Kind.EXECUTION, "vector cannot contain metrics with the same labelset");
    }
}
