package io.pharos.sharding.shard;

import io.pharos.sharding.recovery.CatalogueBlob.BlockId;
import io.pharos.sharding.recovery.CatalogueBook;
import io.pharos.sharding.series.OpenHistograms;
import io.pharos.sharding.series.SeriesSlot;
import io.pharos.sharding.series.SeriesTable;
import io.pharos.sharding.series.SeriesView;
import java.time.LocalDate;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Which series of a shard had samples on which UTC day, as this epoch saw it: by the samples' times. The shard's thread only. */
final class Activity {
    private static final long DAY_MILLIS = 86_400_000L;
    /** So many days are held; beyond it the oldest is forgotten here, and stays as it was written. */
    private static final int DAYS_MAX = 64;

    private final TreeMap<Long, BitSet> refsByDay = new TreeMap<>();
    private final Set<Long> changed = new HashSet<>();
    private Set<Long> taken = Set.of();

    /** A series had a sample on a day. */
    void lived(SeriesSlot slot, long epochDay) {
        BitSet refs = refsByDay.get(epochDay);
        if (refs == null) {
            refs = new BitSet();
            refsByDay.put(epochDay, refs);
            if (refsByDay.size() > DAYS_MAX) {
                refsByDay.pollFirstEntry();
            }
        }
        if (!refs.get(slot.ref())) {
            refs.set(slot.ref());
            changed.add(epochDay);
            slot.livedOn(epochDay);
        }
    }

    /** A series holds what is in a view. */
    void lived(SeriesSlot slot, SeriesView view) {
        if (view.head() != null && view.head().count() > 0) {
            lived(slot, Math.floorDiv(view.head().firstTimestampMillis(), DAY_MILLIS));
        }
        for (long time : view.lateTimes()) {
            lived(slot, Math.floorDiv(time, DAY_MILLIS));
        }
        OpenHistograms histograms = view.histograms();
        if (histograms != null) {
            if (view.openFromMillis() != Long.MAX_VALUE) {
                lived(slot, Math.floorDiv(view.openFromMillis(), DAY_MILLIS));
            }
            for (long time : histograms.lateTimes()) {
                lived(slot, Math.floorDiv(time, DAY_MILLIS));
            }
        }
    }

    /** The series of those days that have no place in the month's catalogue, so that writing a day anew forgets nobody. */
    void unlisted(SeriesTable table, BitSet unlisted) {
        for (long day : changed) {
            BitSet refs = refsByDay.getOrDefault(day, new BitSet());
            for (int ref = refs.nextSetBit(0); ref >= 0; ref = refs.nextSetBit(ref + 1)) {
                if (table.slot(ref).cataloguePlace() < 0) {
                    unlisted.set(ref);
                }
            }
        }
    }

    /** The days that changed since the last time, in the catalogue's terms. */
    Map<LocalDate, Map<BlockId, BitSet>> take(SeriesTable table, CatalogueBook book) {
        Map<LocalDate, Map<BlockId, BitSet>> days = new HashMap<>();
        for (long day : changed) {
            BitSet refs = refsByDay.get(day);
            if (refs == null) {
                continue;
            }
            Map<BlockId, BitSet> lived = CatalogueBook.nobody();
            for (int ref = refs.nextSetBit(0); ref >= 0; ref = refs.nextSetBit(ref + 1)) {
                long place = table.slot(ref).cataloguePlace();
                if (place >= 0) {
                    book.mark(place, lived);
                }
            }
            days.put(LocalDate.ofEpochDay(day), lived);
        }
        taken = new HashSet<>(changed);
        changed.clear();
        return days;
    }

    /** What was taken last was not written. */
    void again() {
        changed.addAll(taken);
    }
}
