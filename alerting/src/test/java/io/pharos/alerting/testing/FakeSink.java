package io.pharos.alerting.testing;

import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.sample.SampleSink;
import io.pharos.timeseries.sample.StaleMarker;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers which series got samples and which were ended, and the batches. */
public final class FakeSink implements SampleSink {
    private final Set<String> series = ConcurrentHashMap.newKeySet();
    private final Set<String> stale = ConcurrentHashMap.newKeySet();
    private final List<SampleBatch> batches = new CopyOnWriteArrayList<>();

    /** Series that got an ordinary sample. */
    public Set<String> series() {
        return series;
    }

    /** Series that got a stale marker. */
    public Set<String> stale() {
        return stale;
    }

    /** Everything appended. */
    public List<SampleBatch> batches() {
        return batches;
    }

    @Override
    public CompletionStage<AppendResult> append(SampleBatch batch, Instant deadline) {
        batches.add(batch);
        for (int i = 0; i < batch.seriesCount(); i++) {
            boolean marker = StaleMarker.is(batch.values()[batch.sampleFrom()[i]]);
            (marker ? stale : series).add(batch.labels(i).toString());
        }
        return CompletableFuture.completedFuture(AppendResult.Decided.allOf(batch.sampleCount()));
    }
}
