package io.pharos.sharding.query;

import io.pharos.promql.query.QueryException;
import io.pharos.sharding.past.PastIndex;
import io.pharos.sharding.past.PastMonth;
import io.pharos.sharding.series.SeriesSlot;
import io.pharos.sharding.series.SeriesTable;
import io.pharos.sharding.series.SeriesView;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesId;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The series of one shard that satisfy some matchers, each once: those of its live index, and after them those that only months
 * before it have and that lived on the days asked for.
 */
final class Chosen {
    private static final long DAY_MILLIS = 86_400_000L;
    private static final BitSet NOBODY = new BitSet(0);

    /** A series without a place in the live index. */
    record Gone(SeriesId id, long metricHash, Labels labels) {}

    private final SeriesTable table;
    private final int[] refs;
    private final SeriesSlot[] slots;
    private final List<Gone> gone;
    /** Refs that lived on those of the days which the live index does not know of. */
    private final BitSet livedBefore;

    private final long knownFromMillis;

    private Chosen(
            SeriesTable table,
            int[] refs,
            SeriesSlot[] slots,
            List<Gone> gone,
            BitSet livedBefore,
            long knownFromMillis) {
        this.table = table;
        this.refs = refs;
        this.slots = slots;
        this.gone = gone;
        this.livedBefore = livedBefore;
        this.knownFromMillis = knownFromMillis;
    }

    /** The first day whose series may have points at or after a time: a point at midnight is of the day that ends there. */
    static long firstDayOfPoints(long fromMillis) {
        return Math.floorDiv(fromMillis, DAY_MILLIS) - (Math.floorMod(fromMillis, DAY_MILLIS) == 0 ? 1 : 0);
    }

    /*
     * The months first, the live index after them: what they take for a series of the live index is in it then. One that came back
     * since they were read is in both, under a ref they have not seen. One that left in between would be in neither, so all of it begins
     * anew when any did.
     */
    /** Chooses by UTC days (since 1970), both inclusive, which matter for series without a place in the live index only. */
    static Chosen of(
            OpenShard shard, List<LabelMatcher> matchers, long fromDay, long toDay, PastIndex past, StoreWait wait) {
        while (true) {
            int generation = settled(shard.table(), wait);
            Chosen chosen = choose(shard, matchers, fromDay, toDay, past, wait);
            if (chosen != null && shard.table().generation() == generation) {
                return chosen;
            }
        }
    }

    /** The table's generation when no series leaves, which takes milliseconds. */
    static int settled(SeriesTable table, StoreWait wait) {
        int generation = table.generation();
        while ((generation & 1) != 0) {
            wait.check();
            LockSupport.parkNanos(100_000);
            generation = table.generation();
        }
        return generation;
    }

    private static @Nullable Chosen choose(
            OpenShard shard, List<LabelMatcher> matchers, long fromDay, long toDay, PastIndex past, StoreWait wait) {
        SeriesTable table = shard.table();
        long knownFrom = table.knownFromMillis();
        Map<SeriesId, Gone> gone = new LinkedHashMap<>();
        BitSet livedBefore = NOBODY;
        int refsKnown = Integer.MAX_VALUE;
        if (fromDay < Math.floorDiv(knownFrom, DAY_MILLIS)) {
            livedBefore = new BitSet();
            List<YearMonth> months = past.months(shard, fromDay, toDay);
            for (int i = 0; i < months.size(); i++) {
                PastMonth held = month(shard, months, i, past, wait);
                held.gone(matchers, fromDay, toDay, (id, metric, labels) -> {
                    gone.putIfAbsent(id, new Gone(id, metric, labels));
                    past.checkFound(shard.shard(), gone.size());
                });
                held.alive(fromDay, toDay, livedBefore);
                refsKnown = Math.min(refsKnown, held.refsKnown());
            }
        }
        int[] refs = table.index().select(matchers);
        SeriesSlot[] slots = new SeriesSlot[refs.length];
        for (int i = 0; i < refs.length; i++) {
            SeriesSlot slot = table.slotOrNull(refs[i]);
            if (slot == null) {
                return null;
            }
            slots[i] = slot;
            if (refs[i] >= refsKnown && gone.remove(slot.id()) != null) {
                livedBefore.set(refs[i]);
            }
        }
        return new Chosen(table, refs, slots, new ArrayList<>(gone.values()), livedBefore, knownFrom);
    }

    /** One of some months of the past, asked for in their order, once it is there. */
    static PastMonth month(OpenShard shard, List<YearMonth> months, int at, PastIndex past, StoreWait wait) {
        wait.check();
        return wait.on(past.month(shard, months, at), "the catalogue of " + months.get(at), shard.shard());
    }

    /** Those whose labels are wanted. */
    Chosen only(Predicate<Labels> wanted) {
        IntStream.Builder some = IntStream.builder();
        List<SeriesSlot> someSlots = new ArrayList<>();
        List<Gone> someGone = new ArrayList<>();
        for (int i = 0; i < size(); i++) {
            if (!wanted.test(labels(i))) {
                continue;
            }
            if (isGone(i)) {
                someGone.add(gone.get(i - refs.length));
            } else {
                some.add(refs[i]);
                someSlots.add(slots[i]);
            }
        }
        return new Chosen(
                table,
                some.build().toArray(),
                someSlots.toArray(SeriesSlot[]::new),
                someGone,
                livedBefore,
                knownFromMillis);
    }

    int size() {
        return refs.length + gone.size();
    }

    /** Whether one has no place in the live index. */
    boolean isGone(int at) {
        return at >= refs.length;
    }

    /** The slot of one that is not gone. */
    SeriesSlot slot(int at) {
        return slots[at];
    }

    /** Whether one that is not gone lived on those of the days which the live index does not know of. */
    boolean livedBefore(int at) {
        return livedBefore.get(refs[at]);
    }

    SeriesId id(int at) {
        return isGone(at) ? gone.get(at - refs.length).id : slot(at).id();
    }

    long metricHash(int at) {
        return isGone(at) ? gone.get(at - refs.length).metricHash : slot(at).metricHash();
    }

    Labels labels(int at) {
        Labels labels = isGone(at) ? gone.get(at - refs.length).labels : table.labels(slots[at]);
        if (labels == null) {
            throw new QueryException(QueryException.Kind.INTERNAL, "a series lost its labels");
        }
        return labels;
    }

    /** What memory has of one; of a gone one nothing. */
    SeriesView view(int at) {
        return isGone(at) ? SeriesView.COLD : slot(at).view();
    }

    /** Whether anything may be stored of one between two times, both inclusive, that lie in the days chosen by. */
    boolean mayBeStored(int at, long fromMillis, long toMillis) {
        boolean before = fromMillis <= knownFromMillis;
        return isGone(at)
                ? before
                : before && livedBefore.get(refs[at])
                        || slot(at).mayHaveLived(
                                        Math.floorDiv(fromMillis, DAY_MILLIS), Math.floorDiv(toMillis, DAY_MILLIS));
    }

    /** Where stored samples of one end that are not in a view of it, at the latest. */
    long coldUntilMillis(int at, SeriesView view) {
        // A gone one had its last before the live index knows of all.
        return isGone(at) ? knownFromMillis : view.hotFromMillis() - 1;
    }
}
