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

    /** A day. */
    private static final class Day {
        /** Who lived on it; a ref of a series that left means nobody. */
        final BitSet refs = new BitSet();
        /** Those of them that are not in what was written: their series are here. */
        final BitSet open = new BitSet();

        Map<BlockId, BitSet> written = Map.of();
    }

    /** What a checkpoint writes of a day. */
    private record Taken(BitSet refs, Map<BlockId, BitSet> lived) {}

    private final TreeMap<Long, Day> days = new TreeMap<>();
    private final Set<Long> changed = new HashSet<>();
    private Map<Long, Taken> taken = Map.of();

    /** A series had a sample on a day. */
    void lived(SeriesSlot slot, long epochDay) {
        Day day = days.get(epochDay);
        if (day == null) {
            day = new Day();
            days.put(epochDay, day);
            if (days.size() > DAYS_MAX) {
                days.pollFirstEntry();
            }
        }
        if (!day.refs.get(slot.ref())) {
            day.refs.set(slot.ref());
            day.open.set(slot.ref());
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
        for (long epochDay : changed) {
            Day day = days.get(epochDay);
            BitSet refs = day == null ? new BitSet() : day.open;
            for (int ref = refs.nextSetBit(0); ref >= 0; ref = refs.nextSetBit(ref + 1)) {
                if (table.slot(ref).cataloguePlace() < 0) {
                    unlisted.set(ref);
                }
            }
        }
    }

    /** The days that changed since the last time, in the catalogue's terms: what was written of them, and more. */
    Map<LocalDate, Map<BlockId, BitSet>> take(SeriesTable table, CatalogueBook book) {
        Map<LocalDate, Map<BlockId, BitSet>> lived = new HashMap<>();
        taken = new HashMap<>();
        for (long epochDay : changed) {
            Day day = days.get(epochDay);
            if (day == null) {
                continue;
            }
            Map<BlockId, BitSet> places = CatalogueBook.copy(day.written);
            BitSet refs = new BitSet();
            for (int ref = day.open.nextSetBit(0); ref >= 0; ref = day.open.nextSetBit(ref + 1)) {
                long place = table.slot(ref).cataloguePlace();
                if (place >= 0) {
                    book.mark(place, places);
                    refs.set(ref);
                }
            }
            lived.put(LocalDate.ofEpochDay(epochDay), places);
            taken.put(epochDay, new Taken(refs, places));
        }
        changed.clear();
        return lived;
    }

    /** What was taken last is durable. */
    void written() {
        taken.forEach((epochDay, what) -> {
            Day day = days.get(epochDay);
            if (day != null) {
                day.written = what.lived;
                day.open.andNot(what.refs);
            }
        });
        taken = Map.of();
    }

    /** What was taken last was not written. */
    void again() {
        changed.addAll(taken.keySet());
        taken = Map.of();
    }

    /** Adds the refs of series of which the catalogue has not all days yet. */
    void open(BitSet refs) {
        for (Day day : days.values()) {
            refs.or(day.open);
        }
    }
}
