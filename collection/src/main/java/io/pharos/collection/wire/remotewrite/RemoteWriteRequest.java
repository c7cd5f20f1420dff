package io.pharos.collection.wire.remotewrite;

import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.AppendResult.Refusal;
import io.pharos.timeseries.sample.AppendResult.RefusalReason;
import io.pharos.timeseries.sample.ExemplarBatch;
import io.pharos.timeseries.sample.SampleBatch;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A decoded request.
 *
 * @param batch its samples, numbers and native histograms
 * @param histograms native histograms it held, invalid ones included
 * @param invalid the first ten histograms that are not valid; none of these is in the batch
 * @param invalidCount how many are not valid
 * @param exemplars those it held
 * @param metadata descriptions of metrics it held
 */
public record RemoteWriteRequest(
        SampleBatch batch,
        int histograms,
        List<Refusal> invalid,
        int invalidCount,
        ExemplarBatch exemplars,
        int metadata) {
    /** So many refused histograms are named. */
    static final int INVALID_NAMED = 10;

    /** What became of the request where this became of its batch: the invalid histograms are refused samples too. */
    public AppendResult resultOf(AppendResult ofBatch) {
        if (invalidCount == 0 || !(ofBatch instanceof AppendResult.Decided decided)) {
            return ofBatch;
        }
        List<Refusal> refusals = new ArrayList<>(invalid);
        decided.refusals().stream()
                .limit(Math.max(0, INVALID_NAMED - invalid.size()))
                .forEach(refusals::add);
        Map<RefusalReason, Integer> counts = new EnumMap<>(RefusalReason.class);
        counts.putAll(decided.refusedByReason());
        counts.merge(RefusalReason.INVALID_HISTOGRAM, invalidCount, Integer::sum);
        return new AppendResult.Decided(decided.accepted(), List.copyOf(refusals), counts);
    }
}
