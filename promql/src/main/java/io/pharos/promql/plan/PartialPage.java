package io.pharos.promql.plan;

import io.pharos.promql.query.QueryStatistics;
import java.util.List;

/**
 * A piece of a {@link PartialResult} that is small enough to be sent. Pages are merged in their order.
 *
 * @param id the part's id
 * @param slices series, whole ones or pieces of a long one that follow each other
 * @param warnings complete texts with positions in the whole query; only in the last page, as the infos are
 * @param statistics what the part cost; only in the last page, else nothing
 */
public record PartialPage(
        int id,
        SubPlan.Kind kind,
        List<Slice> slices,
        List<String> warnings,
        List<String> infos,
        QueryStatistics statistics) {
    /**
     * Steps or samples of one series.
     *
     * @param series with the arrays of these steps alone
     * @param from the place of the first of them in the whole series
     * @param total the length of the whole series
     */
    public record Slice(PartialResult.Series series, int from, int total) {}

    /** About the bytes its series take in memory, without their labels. */
    public long memoryBytes() {
        long bytes = 0;
        for (Slice slice : slices) {
            PartialResult.Series series = slice.series();
            bytes += series.numberBytes(series.length()) + series.histogramBytes();
        }
        return bytes;
    }
}
