package io.pharos.sharding.exemplar;

import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesIdentity;
import io.pharos.timeseries.sample.Exemplar;
import java.util.ArrayDeque;
import java.util.Deque;

/** A series that has exemplars in {@link ExemplarMemory}, whose monitor guards it. */
final class KeptSeries {
    final int shard;
    final Labels labels;
    final long metricHash;
    /** As they came. */
    final Deque<KeptExemplar> kept = new ArrayDeque<>(2);
    /** The newest time of any that came. */
    long newestMillis = Long.MIN_VALUE;

    KeptSeries(int shard, Labels labels) {
        this.shard = shard;
        this.labels = labels;
        this.metricHash = SeriesIdentity.of(labels).metricHash();
    }

    boolean has(Exemplar exemplar) {
        for (KeptExemplar one : kept) {
            if (one.exemplar.isRepeatedBy(exemplar)) {
                return true;
            }
        }
        return false;
    }

    /** About what it takes in memory without its exemplars. */
    long memoryBytes() {
        long bytes = 320;
        for (int i = 0; i < labels.size(); i++) {
            bytes += 112 + labels.name(i).length() + labels.value(i).length();
        }
        return bytes;
    }
}
