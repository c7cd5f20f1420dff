package io.pharos.sharding.query;

import io.pharos.sharding.query.QueryWorker.CardinalityRow;
import io.pharos.sharding.query.QueryWorker.CardinalityRow.Kind;
import io.pharos.sharding.series.HotChunk;
import io.pharos.sharding.series.OpenHistograms;
import io.pharos.sharding.series.SeriesSlot;
import io.pharos.sharding.series.SeriesView;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.timeseries.chunk.HeadChunk;
import io.pharos.timeseries.chunk.HistogramHead;
import io.pharos.timeseries.index.LabelIndex;
import io.pharos.timeseries.labels.Labels;
import it.unimi.dsi.fastutil.objects.Object2LongMap;
import it.unimi.dsi.fastutil.objects.Object2LongOpenHashMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeSet;

/** Counts what the open shards of one question hold. Pure reading, any thread; for one use. */
final class CardinalityCount {
    private static final String NAME = "__name__";
    private static final long[] NO_HASHES = {};
    /** Counts of labels beyond the first ones need not be near the truth, only small. */
    private static final int HASHES_FEW = 256;

    private final List<OpenShard> shards;
    private final int most;
    private final List<CardinalityRow> rows = new ArrayList<>();
    private final Top pairs;
    private final Top metrics;

    private CardinalityCount(List<OpenShard> shards, int limit) {
        this.shards = shards;
        this.most = Math.min(Cardinality.LIMIT_MAX, Math.max(1000, 4 * limit));
        this.pairs = new Top(most);
        this.metrics = new Top(most);
    }

    /** The rows of an answer about the first {@code limit} of each. */
    static List<CardinalityRow> count(List<OpenShard> shards, int limit) {
        CardinalityCount count = new CardinalityCount(shards, limit);
        count.heads();
        count.labels(Math.max(40, 4 * limit));
        count.metrics.into(count.rows, Kind.METRIC, Kind.METRIC_CUT);
        count.pairs.into(count.rows, Kind.PAIR, Kind.PAIR_CUT);
        return count.rows;
    }

    private void heads() {
        long series = 0;
        long chunks = 0;
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        for (OpenShard shard : shards) {
            series += shard.table().index().size();
            int size = shard.table().size();
            for (int ref = 0; ref < size; ref++) {
                SeriesSlot slot = shard.table().slotOrNull(ref);
                if (slot == null) {
                    continue;
                }
                SeriesView view = slot.view();
                for (HotChunk chunk : view.sealed()) {
                    chunks++;
                    min = Math.min(min, chunk.startMillis());
                    max = Math.max(max, chunk.endMillis());
                }
                HeadChunk head = view.head();
                if (head != null && head.count() > 0) {
                    chunks++;
                    max = Math.max(max, head.lastTimestampMillis());
                }
                OpenHistograms open = view.histograms();
                HistogramHead histograms = open == null ? null : open.head();
                if (histograms != null) {
                    chunks++;
                    max = Math.max(max, histograms.lastTimestampMillis());
                }
                min = Math.min(min, view.openFromMillis());
            }
        }
        rows.add(new CardinalityRow(Kind.SERIES, "", series, 0, NO_HASHES));
        rows.add(new CardinalityRow(Kind.CHUNKS, "", chunks, 0, NO_HASHES));
        rows.add(new CardinalityRow(Kind.MIN_TIME, "", min, 0, NO_HASHES));
        rows.add(new CardinalityRow(Kind.MAX_TIME, "", max, 0, NO_HASHES));
    }

    private record Counted(String name, long bytes, DistinctSketch values) {}

    private void labels(int exact) {
        TreeSet<String> names = new TreeSet<>(Labels::compareUtf8);
        for (OpenShard shard : shards) {
            names.addAll(shard.table().index().labelNames(List.of()));
        }
        List<Counted> labels = new ArrayList<>(names.size());
        for (String name : names) {
            labels.add(label(name));
        }
        labels.sort(Comparator.comparingLong((Counted label) -> label.values.count())
                .reversed());
        for (int i = 0; i < labels.size(); i++) {
            Counted label = labels.get(i);
            long[] hashes = label.values.hashes(i < exact ? DistinctSketch.KEPT : HASHES_FEW);
            rows.add(new CardinalityRow(Kind.LABEL, label.name, label.bytes, label.values.bound(), hashes));
        }
    }

    /** One label at a time, so that no more than its values are held beside the index. */
    private Counted label(String name) {
        Object2LongOpenHashMap<String> seriesByValue = new Object2LongOpenHashMap<>();
        for (OpenShard shard : shards) {
            LabelIndex index = shard.table().index();
            index.visitValues(name, seriesByValue::addTo);
        }
        DistinctSketch sketch = new DistinctSketch();
        long bytes = 0;
        for (Object2LongMap.Entry<String> value : seriesByValue.object2LongEntrySet()) {
            long series = value.getLongValue();
            sketch.add(value.getKey());
            bytes += series * value.getKey().getBytes(StandardCharsets.UTF_8).length;
            pairs.add(name + "=", value.getKey(), series);
            if (name.equals(NAME)) {
                metrics.add("", value.getKey(), series);
            }
        }
        return new Counted(name, bytes, sketch);
    }

    /** The names with the largest counts; of equal ones any. */
    private static final class Top {
        private final int most;
        private final PriorityQueue<Cardinality.Count> least =
                new PriorityQueue<>(Comparator.comparingLong(Cardinality.Count::count));
        /** The largest count that was left out. */
        private long cut;

        Top(int most) {
            this.most = most;
        }

        void add(String before, String name, long count) {
            Cardinality.Count smallest = least.size() < most ? null : least.peek();
            if (smallest != null && smallest.count() >= count) {
                cut = Math.max(cut, count);
                return;
            }
            if (smallest != null) {
                cut = Math.max(cut, smallest.count());
                least.remove();
            }
            least.add(new Cardinality.Count(before + name, count));
        }

        void into(List<CardinalityRow> rows, Kind kind, Kind cutKind) {
            for (Cardinality.Count count : least) {
                rows.add(new CardinalityRow(kind, count.name(), count.count(), 0, NO_HASHES));
            }
            rows.add(new CardinalityRow(cutKind, "", cut, 0, NO_HASHES));
        }
    }
}
