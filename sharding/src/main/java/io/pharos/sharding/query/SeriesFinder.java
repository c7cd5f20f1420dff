package io.pharos.sharding.query;

import io.pharos.sharding.series.SeriesSlot;
import io.pharos.sharding.series.SeriesView;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.timeseries.index.LabelIndex;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Finds series, label names and label values in open shards. Pure reading, any thread. */
final class SeriesFinder {
    private static final long DAY_MILLIS = 86_400_000L;

    private SeriesFinder() {}

    /**
     * What was found.
     *
     * @param series canonical labels, for series
     * @param texts names or values, else
     */
    record Found(List<byte[]> series, List<String> texts) {}

    static Found find(List<OpenShard> shards, QueryWorker.Find find) {
        return switch (find.what()) {
            case SERIES -> series(shards, find);
            case NAMES, VALUES -> texts(shards, find);
        };
    }

    private static Found series(List<OpenShard> shards, QueryWorker.Find find) {
        List<byte[]> found = new ArrayList<>();
        for (OpenShard shard : shards) {
            for (int ref : refs(shard, find)) {
                Labels labels = shard.table().index().labels(ref);
                if (labels != null) {
                    found.add(labels.canonicalBytes());
                    if (find.limit() > 0 && found.size() > find.limit()) {
                        return new Found(found, List.of());
                    }
                }
            }
        }
        return new Found(found, List.of());
    }

    private static Found texts(List<OpenShard> shards, QueryWorker.Find find) {
        Set<String> found = new TreeSet<>(Labels::compareUtf8);
        for (OpenShard shard : shards) {
            LabelIndex index = shard.table().index();
            // Where no series has to be looked at, the dictionaries answer.
            if (coversAll(find)) {
                for (List<LabelMatcher> matchers :
                        find.selectors().isEmpty() ? List.of(List.<LabelMatcher>of()) : find.selectors()) {
                    found.addAll(
                            find.what() == QueryWorker.Find.What.NAMES
                                    ? index.labelNames(matchers)
                                    : index.labelValues(find.label(), matchers));
                }
                continue;
            }
            for (int ref : refs(shard, find)) {
                Labels labels = index.labels(ref);
                for (int i = 0; labels != null && i < labels.size(); i++) {
                    if (find.what() == QueryWorker.Find.What.NAMES) {
                        found.add(labels.name(i));
                    } else if (labels.name(i).equals(find.label())) {
                        found.add(labels.value(i));
                    }
                }
            }
        }
        return new Found(List.of(), new ArrayList<>(found));
    }

    /** A range of a month and more is answered without looking at each series' life: what is indexed lived in it. */
    private static boolean coversAll(QueryWorker.Find find) {
        return find.fromMillis() <= 0
                || find.toMillis() - find.fromMillis() < 0
                || find.toMillis() / 2 - find.fromMillis() / 2 > 31 * DAY_MILLIS / 2;
    }

    private static Set<Integer> refs(OpenShard shard, QueryWorker.Find find) {
        Set<Integer> refs = new HashSet<>();
        List<List<LabelMatcher>> selectors = find.selectors().isEmpty() ? List.of(List.of()) : find.selectors();
        for (List<LabelMatcher> matchers : selectors) {
            for (int ref : shard.table().index().select(matchers)) {
                if (lived(shard.table().slot(ref), find.fromMillis(), find.toMillis())) {
                    refs.add(ref);
                }
            }
        }
        return refs;
    }

    /** To the sample where memory has it, to the day where only the catalogue does. */
    private static boolean lived(SeriesSlot slot, long fromMillis, long toMillis) {
        SeriesView view = slot.view();
        List<io.pharos.timeseries.chunk.SampleIterator> sources = new ArrayList<>(2);
        view.collect(fromMillis, toMillis, sources);
        if (!sources.isEmpty()) {
            return true;
        }
        return view.hotFromMillis() > fromMillis
                && slot.mayHaveLived(Math.floorDiv(fromMillis, DAY_MILLIS), Math.floorDiv(toMillis, DAY_MILLIS));
    }
}
