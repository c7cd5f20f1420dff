package io.pharos.sharding.ingest;

import io.pharos.sharding.shard.AppendPart;
import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.SampleBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts the series of one shard out of the batches of a group and lays them into columns. Pure. */
final class PartBuilder {
    private PartBuilder() {}

    /** A part and the series it was made of: their calls and their places in the calls' batches. */
    record Built(AppendPart part, int[] callOf, int[] seriesOf) {}

    /**
     * Builds parts of one shard, none larger than allowed.
     *
     * @param known how many of the series are known, which come first
     * @param refs refs of the known ones
     * @param firstPart number of the first part; the next ones follow
     */
    static List<Built> build(
            int shard,
            long epoch,
            List<AppendCall> calls,
            int[] callOf,
            int[] seriesOf,
            int known,
            int[] refs,
            long firstPart,
            IngestSettings settings) {
        List<Built> parts = new ArrayList<>(1);
        int from = 0;
        while (from < seriesOf.length) {
            int samples = 0;
            int weight = 0;
            boolean histograms = false;
            int labelBytes = 0;
            boolean single = true;
            int to = from;
            while (to < seriesOf.length) {
                SampleBatch batch = calls.get(callOf[to]).batch;
                int series = seriesOf[to];
                int more = batch.sampleFrom()[series + 1] - batch.sampleFrom()[series];
                int moreWeight = LongSeries.weight(batch, batch.sampleFrom()[series], batch.sampleFrom()[series + 1]);
                int moreLabels = to < known ? 0 : batch.labelTo()[series] - batch.labelFrom()[series];
                if (to > from
                        && (weight + moreWeight > settings.partSamplesMax()
                                || labelBytes + moreLabels > settings.partLabelBytesMax())) {
                    break;
                }
                samples += more;
                weight += moreWeight;
                histograms |= moreWeight > more;
                labelBytes += moreLabels;
                single &= more == 1;
                to++;
            }
            parts.add(part(
                    shard,
                    epoch,
                    calls,
                    callOf,
                    seriesOf,
                    from,
                    to,
                    known,
                    refs,
                    firstPart + parts.size(),
                    samples,
                    single,
                    histograms));
            from = to;
        }
        return parts;
    }

    private static Built part(
            int shard,
            long epoch,
            List<AppendCall> calls,
            int[] callOf,
            int[] seriesOf,
            int from,
            int to,
            int known,
            int[] refs,
            long number,
            int samples,
            boolean single,
            boolean withHistograms) {
        int knownEnd = Math.max(from, Math.min(to, known));
        int newCount = to - knownEnd;
        long[] times = new long[samples];
        double[] values = new double[samples];
        @Nullable EncodedHistogram[] histograms = withHistograms ? new EncodedHistogram[samples] : null;
        int[] ends = single ? null : new int[to - from];
        int at = 0;
        for (int i = from; i < to; i++) {
            SampleBatch batch = calls.get(callOf[i]).batch;
            int first = batch.sampleFrom()[seriesOf[i]];
            @Nullable EncodedHistogram[] own = batch.histograms();
            if (histograms != null && own != null) {
                System.arraycopy(own, first, histograms, at, batch.sampleFrom()[seriesOf[i] + 1] - first);
            }
            if (ends == null) {
                times[at] = batch.timestamps()[first];
                values[at++] = batch.values()[first];
            } else {
                int count = batch.sampleFrom()[seriesOf[i] + 1] - first;
                System.arraycopy(batch.timestamps(), first, times, at, count);
                System.arraycopy(batch.values(), first, values, at, count);
                at += count;
                ends[i - from] = at;
            }
        }
        byte[] labels = AppendPart.NO_BYTES;
        int[] labelEnds = AppendPart.NO_INTS;
        if (newCount > 0) {
            byte[][] canonical = new byte[newCount][];
            labelEnds = new int[newCount];
            int end = 0;
            for (int i = 0; i < newCount; i++) {
                Labels decoded = calls.get(callOf[knownEnd + i]).batch.labels(seriesOf[knownEnd + i]);
                canonical[i] = decoded.canonicalBytes();
                end += canonical[i].length;
                labelEnds[i] = end;
            }
            labels = new byte[end];
            for (int i = 0; i < newCount; i++) {
                System.arraycopy(canonical[i], 0, labels, labelEnds[i] - canonical[i].length, canonical[i].length);
            }
        }
        int[] partRefs = refs;
        if (from > 0 || knownEnd < refs.length) {
            partRefs = knownEnd == from ? AppendPart.NO_INTS : Arrays.copyOfRange(refs, from, knownEnd);
        }
        AppendPart built = new AppendPart(
                shard, number, epoch, partRefs, newCount, labels, labelEnds, ends, times, values, histograms);
        boolean whole = from == 0 && to == seriesOf.length;
        return new Built(
                built,
                whole ? callOf : Arrays.copyOfRange(callOf, from, to),
                whole ? seriesOf : Arrays.copyOfRange(seriesOf, from, to));
    }
}
