package io.pharos.sharding.shard;

import io.pharos.sharding.series.HotChunk;
import io.pharos.sharding.series.SeriesEntity;
import io.pharos.sharding.series.SeriesMemory;
import io.pharos.sharding.series.SeriesSlot;
import io.pharos.sharding.series.SeriesTable;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.ChunkRow;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the newest stored chunks of a shard back into memory after it was acquired, a metric at a time, so that dashboards of the
 * last hours need the store no longer. Begins when the shard is open and hurries nobody: few reads at one time on a node, pauses between
 * them, and none once the budget of the hot window is nearly used. The shard's thread only.
 */
final class Preloading {
    private static final Logger LOG = LoggerFactory.getLogger(Preloading.class);
    private static final long DAY_MILLIS = 86_400_000L;
    private static final Duration BEGIN = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration FAILED_PAUSE = Duration.ofSeconds(3);
    private static final int FAILURES_MAX = 100;
    /** Fewer series of a metric are read by name, more by reading all of the metric. */
    private static final int NAMED_MAX = 100;
    /** What one read may bring; a metric with more stays in the store. */
    private static final long READ_BYTES_MAX = 32L << 20;

    private static final Comparator<ChunkRow> FIRST_ADMITTED =
            Comparator.comparingLong(ChunkRow::epoch).thenComparingInt(ChunkRow::sequence);

    private final OwnedShard owner;
    private final ShardContext shared;
    private final int shard;
    private final SeriesMemory memory;
    private final ArrayDeque<List<SeriesSlot>> metrics = new ArrayDeque<>();
    private long fromMillis;
    private int failures;

    Preloading(OwnedShard owner, ShardContext shared, int shard, SeriesMemory memory) {
        this.owner = owner;
        this.shared = shared;
        this.shard = shard;
        this.memory = memory;
    }

    /** The shard is open. */
    void opened() {
        if (!shared.settings().hotPreload().isZero()) {
            owner.later(BEGIN, this::begin);
        }
    }

    private void begin() {
        long now = shared.clock().millis();
        long floor = shared.hot().floorMillis(now);
        fromMillis = Math.max(floor, now - shared.settings().hotPreload().toMillis());
        if (floor >= now) {
            return;
        }
        SeriesTable table = owner.table();
        Map<Long, List<SeriesSlot>> byMetric = new HashMap<>();
        for (int ref = 0; ref < table.size(); ref++) {
            SeriesSlot slot = table.slotOrNull(ref);
            if (slot != null && isWanted(slot)) {
                byMetric.computeIfAbsent(slot.metricHash(), metric -> new ArrayList<>())
                        .add(slot);
            }
        }
        metrics.addAll(byMetric.values());
        next();
    }

    private boolean isWanted(SeriesSlot slot) {
        return slot.view().hotFromMillis() > fromMillis
                && slot.mayHaveLived(Math.floorDiv(fromMillis, DAY_MILLIS), Long.MAX_VALUE);
    }

    private void next() {
        List<SeriesSlot> metric = metrics.peek();
        if (metric == null || !shared.hot().hasRoom()) {
            metrics.clear();
            return;
        }
        if (!shared.hot().beginLoad()) {
            owner.later(PAUSE.multipliedBy(5), this::next);
            return;
        }
        metrics.remove();
        long evictions = memory.evictions();
        Map<SeriesId, List<ChunkRow>> rows = new HashMap<>();
        CompletionStage<Void> read;
        try {
            read = read(metric, rows);
        } catch (RuntimeException failure) {
            read = CompletableFuture.failedStage(failure);
        }
        // Not with what comes after it, which is not run when the shard goes meanwhile.
        read = read.whenComplete((done, failure) -> shared.hot().endLoad());
        owner.after(read, (done, failure) -> {
            if (failure == null) {
                take(metric, rows, evictions);
                owner.later(PAUSE, this::next);
            } else {
                failed(metric, failure);
            }
        });
    }

    private CompletionStage<Void> read(List<SeriesSlot> metric, Map<SeriesId, List<ChunkRow>> rows) {
        SortedSet<SeriesId> wanted = new TreeSet<>();
        long until = Long.MIN_VALUE;
        for (SeriesSlot slot : metric) {
            // What was sealed later than recovery is here, and ends after what the store alone has.
            until = Math.max(until, slot.view().hotFromMillis() - 1);
            wanted.add(slot.id());
        }
        long[] bytes = new long[1];
        return shared.stores()
                .chunks()
                .read(
                        shard,
                        metric.get(0).metricHash(),
                        wanted.size() > NAMED_MAX ? null : wanted,
                        fromMillis,
                        until,
                        row -> {
                            if (wanted.contains(row.series())) {
                                bytes[0] += row.chunk().remaining();
                                if (bytes[0] > READ_BYTES_MAX) {
                                    throw new TooMuch();
                                }
                                rows.computeIfAbsent(row.series(), series -> new ArrayList<>(2))
                                        .add(row);
                            }
                        });
    }

    private static final class TooMuch extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooMuch() {
            super("its chunks take more than " + READ_BYTES_MAX + " bytes");
        }
    }

    private void take(List<SeriesSlot> metric, Map<SeriesId, List<ChunkRow>> rows, long evictions) {
        int series = 0;
        for (SeriesSlot slot : metric) {
            if (slot.hasLeft()) {
                continue;
            }
            List<ChunkRow> its = rows.getOrDefault(slot.id(), List.of());
            if (its.size() > 1) {
                its.sort(FIRST_ADMITTED);
            }
            HotChunk[] stored = new HotChunk[its.size()];
            for (int i = 0; i < stored.length; i++) {
                ChunkRow row = its.get(i);
                stored[i] =
                        HotChunk.stored(row.chunk(), row.startMillis(), row.endMillis(), row.epoch(), row.sequence());
            }
            akka.actor.ActorRef actor = slot.actor();
            if (actor != null) {
                actor.tell(new SeriesEntity.Load(stored, fromMillis, evictions), akka.actor.ActorRef.noSender());
            } else {
                memory.load(slot, stored, fromMillis, evictions);
            }
            series++;
        }
        shared.metrics().preloaded(series);
    }

    private void failed(List<SeriesSlot> metric, Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        if (cause instanceof TooMuch || failure instanceof TooMuch) {
            owner.later(PAUSE, this::next);
        } else if (++failures >= FAILURES_MAX) {
            LOG.info("shard {}: its last hours stay in the store, which cannot be read: {}", shard, cause.toString());
            metrics.clear();
        } else {
            metrics.addFirst(metric);
            owner.later(FAILED_PAUSE, this::next);
        }
    }
}
