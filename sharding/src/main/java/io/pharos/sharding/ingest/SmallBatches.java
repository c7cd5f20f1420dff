package io.pharos.sharding.ingest;

import java.util.ArrayList;
import java.util.List;

/** Small batches that wait for each other, so that one message a shard serves several senders. Thread-safe. */
final class SmallBatches {
    private final int samplesMax;
    private final long gatherNanos;
    private List<AppendCall> gathered = new ArrayList<>();
    private int samples;
    private long sinceNanos;
    private volatile Runnable onFirst = () -> {};

    SmallBatches(IngestSettings settings) {
        this.samplesMax = settings.gatherSamplesMax();
        this.gatherNanos = settings.gather().toNanos();
    }

    /** Told when a batch begins to wait. */
    void onFirst(Runnable listener) {
        onFirst = listener;
    }

    /** Adds a batch; returns all that waited when they are many enough, else none. */
    List<AppendCall> add(AppendCall call, int callSamples) {
        boolean first;
        synchronized (this) {
            first = gathered.isEmpty();
            if (first) {
                sinceNanos = System.nanoTime();
            }
            gathered.add(call);
            samples += callSamples;
            if (samples >= samplesMax) {
                return take();
            }
        }
        if (first) {
            onFirst.run();
        }
        return List.of();
    }

    /** Those that waited long enough, or none. */
    synchronized List<AppendCall> due(long nowNanos) {
        return !gathered.isEmpty() && nowNanos - sinceNanos >= gatherNanos ? take() : List.of();
    }

    /** Whether any waits. */
    synchronized boolean isWaiting() {
        return !gathered.isEmpty();
    }

    /** All that wait. */
    synchronized List<AppendCall> take() {
        List<AppendCall> taken = gathered;
        gathered = new ArrayList<>();
        samples = 0;
        return taken;
    }
}
