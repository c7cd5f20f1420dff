package io.pharos.sharding.query;

import io.pharos.sharding.past.PastIndex;
import io.pharos.sharding.past.PastMonth;
import io.pharos.sharding.series.SeriesSlot;
import io.pharos.sharding.series.SeriesView;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.index.LabelIndex;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesId;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds series, label names and label values in open shards, and in older months of them; on a thread that may block. */
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

    static Found find(List<OpenShard> shards, QueryWorker.Find find, PastIndex past, StoreWait wait) {
        Days days = new Days(Math.floorDiv(find.fromMillis(), DAY_MILLIS), Math.floorDiv(find.toMillis(), DAY_MILLIS));
        return switch (find.what()) {
            case SERIES -> series(shards, find, days, past, wait);
            case NAMES, VALUES -> texts(shards, find, days, past, wait);
        };
    }

    /** UTC days since 1970, both inclusive. */
    private record Days(long from, long to) {}

    private static List<List<LabelMatcher>> selectors(QueryWorker.Find find) {
        return find.selectors().isEmpty() ? List.of(List.of()) : find.selectors();
    }

    private static Found series(
            List<OpenShard> shards, QueryWorker.Find find, Days days, PastIndex past, StoreWait wait) {
        List<byte[]> found = new ArrayList<>();
        for (OpenShard shard : shards) {
            Set<SeriesId> seen = new HashSet<>();
            for (List<LabelMatcher> matchers : selectors(find)) {
                Chosen chosen = Chosen.of(shard, matchers, days.from, days.to, past, wait);
                for (int i = 0; i < chosen.size(); i++) {
                    if (lived(chosen, i, find) && seen.add(chosen.id(i))) {
                        found.add(chosen.labels(i).canonicalBytes());
                        if (find.limit() > 0 && found.size() > find.limit()) {
                            return new Found(found, List.of());
                        }
                    }
                }
            }
        }
        return new Found(found, List.of());
    }

    private static Found texts(
            List<OpenShard> shards, QueryWorker.Find find, Days days, PastIndex past, StoreWait wait) {
        Set<String> found = new TreeSet<>(Labels::compareUtf8);
        for (OpenShard shard : shards) {
            int generation;
            // What is found twice is there once, and what is found before series left belongs to the answer as well.
            do {
                generation = Chosen.settled(shard.table(), wait);
                texts(shard, find, days, past, wait, found);
            } while (shard.table().generation() != generation);
        }
        return new Found(List.of(), new ArrayList<>(found));
    }

    /** Older months before the live index, so that none is missed that comes back to it meanwhile. */
    private static void texts(
            OpenShard shard, QueryWorker.Find find, Days days, PastIndex past, StoreWait wait, Set<String> found) {
        BitSet livedBefore = new BitSet();
        List<YearMonth> months = past.months(shard, days.from, days.to);
        for (int i = 0; i < months.size(); i++) {
            PastMonth held = Chosen.month(shard, months, i, past, wait);
            held.alive(days.from, days.to, livedBefore);
            for (List<LabelMatcher> matchers : selectors(find)) {
                if (find.what() == QueryWorker.Find.What.NAMES) {
                    held.names(matchers, days.from, days.to, found);
                } else {
                    held.values(find.label(), matchers, days.from, days.to, found);
                }
            }
        }
        live(shard, find, livedBefore, found);
    }

    private static void live(OpenShard shard, QueryWorker.Find find, BitSet livedBefore, Set<String> found) {
        LabelIndex index = shard.table().index();
        boolean all = coversAll(shard, find);
        BitSet seen = new BitSet();
        for (List<LabelMatcher> matchers : selectors(find)) {
            if (all) {
                // Where no series has to be looked at, the dictionaries answer.
                found.addAll(
                        find.what() == QueryWorker.Find.What.NAMES
                                ? index.labelNames(matchers)
                                : index.labelValues(find.label(), matchers));
                continue;
            }
            for (int ref : index.select(matchers)) {
                SeriesSlot slot = shard.table().slotOrNull(ref);
                if (slot != null
                        && !seen.get(ref)
                        && (livedBefore.get(ref) || lived(slot, find.fromMillis(), find.toMillis()))) {
                    seen.set(ref);
                    addTexts(index.labels(ref), find, found);
                }
            }
        }
    }

    private static void addTexts(@Nullable Labels labels, QueryWorker.Find find, Set<String> found) {
        for (int i = 0; labels != null && i < labels.size(); i++) {
            if (find.what() == QueryWorker.Find.What.NAMES) {
                found.add(labels.name(i));
            } else if (labels.name(i).equals(find.label())) {
                found.add(labels.value(i));
            }
        }
    }

    /** A range of a month and more up to now is answered without looking at each series' life: what is indexed lived in it. */
    private static boolean coversAll(OpenShard shard, QueryWorker.Find find) {
        if (find.toMillis() / 2 - shard.table().knownFromMillis() / 2 < 28 * DAY_MILLIS / 2) {
            return false;
        }
        return find.fromMillis() <= 0
                || find.toMillis() - find.fromMillis() < 0
                || find.toMillis() / 2 - find.fromMillis() / 2 > 31 * DAY_MILLIS / 2;
    }

    private static boolean lived(Chosen chosen, int at, QueryWorker.Find find) {
        return chosen.isGone(at)
                || chosen.livedBefore(at)
                || lived(chosen.slot(at), find.fromMillis(), find.toMillis());
    }

    /** To the sample where memory has it, to the day where only the catalogue does. */
    private static boolean lived(SeriesSlot slot, long fromMillis, long toMillis) {
        SeriesView view = slot.view();
        List<SampleIterator> sources = new ArrayList<>(2);
        view.collect(fromMillis, toMillis, sources);
        if (!sources.isEmpty()) {
            return true;
        }
        return view.hotFromMillis() > fromMillis
                && slot.mayHaveLived(Math.floorDiv(fromMillis, DAY_MILLIS), Math.floorDiv(toMillis, DAY_MILLIS));
    }
}
