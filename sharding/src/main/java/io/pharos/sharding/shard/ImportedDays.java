package io.pharos.sharding.shard;

import io.pharos.sharding.recovery.CatalogueBlob;
import io.pharos.sharding.recovery.CatalogueBlob.BlockId;
import io.pharos.sharding.recovery.CatalogueBook;
import io.pharos.sharding.series.SeriesSlot;
import io.pharos.sharding.series.SeriesTable;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.store.CatalogueStore;
import it.unimi.dsi.fastutil.ints.Int2LongOpenHashMap;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Which series of a shard imports brought to which UTC days in this epoch, and where the catalogue lists them: in the month of
 * the day, and in the current one, whose list a new owner reads first. The shard's thread only.
 */
final class ImportedDays {
    /*
     * Checkpoints replace a day's activity under their epoch, and a write of theirs may be under way at any time. What imports know is
     * therefore written beside it, under the epoch with its sign turned: readers unite all epochs of a day.
     */
    /** A block to write and the refs of the series in it. */
    private record Block(YearMonth month, BlockId id, List<byte[]> labels, int[] refs) {}

    /** What is to be durable before an import is answered. */
    static final class Listing {
        private final List<Block> blocks = new ArrayList<>();
        private final Map<LocalDate, Map<BlockId, BitSet>> days = new HashMap<>();
        private final Map<Long, BitSet> taken = new HashMap<>();

        /** Writes it: blocks before the days that name them. */
        CompletionStage<Void> write(CatalogueStore catalogue, int shard, long epoch, Executor work) {
            return CompletableFuture.runAsync(() -> {}, work)
                    .thenCompose(started -> all(blocks.stream()
                            .map(block -> catalogue.writeBlock(
                                    shard,
                                    block.month,
                                    block.id.epoch(),
                                    block.id.number(),
                                    CatalogueBlob.block(shard, block.id, block.labels)))
                            .toList()))
                    .thenComposeAsync(
                            written -> all(days.entrySet().stream()
                                    .map(day -> catalogue.writeActivity(
                                            shard, day.getKey(), -epoch, CatalogueBlob.activity(shard, day.getValue())))
                                    .toList()),
                            work);
        }

        private static CompletionStage<Void> all(List<CompletionStage<Void>> stages) {
            return CompletableFuture.allOf(
                    stages.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new));
        }
    }

    private final SeriesTable table;
    private final CatalogueBook book;
    private final long epoch;
    private final int blockSeries;
    private final List<BlockId> blocks = new ArrayList<>();
    /** For each month the places of series in it: the number of a block above, the place in it below. */
    private final Map<YearMonth, Int2LongOpenHashMap> places = new HashMap<>();

    /** Who lived on a day; a ref of a series that left means nobody. */
    private final TreeMap<Long, BitSet> refsByDay = new TreeMap<>();
    /** Those of them that are not in what was written, nor in a listing under way: their series are here. */
    private final TreeMap<Long, BitSet> openByDay = new TreeMap<>();

    /** Those in a listing under way. */
    private Map<Long, BitSet> takenByDay = Map.of();

    private final Map<Long, Map<BlockId, BitSet>> writtenByDay = new HashMap<>();
    private final Set<Long> changed = new TreeSet<>();

    ImportedDays(SeriesTable table, CatalogueBook book, long epoch, int blockSeries) {
        this.table = table;
        this.book = book;
        this.epoch = epoch;
        this.blockSeries = blockSeries;
    }

    /** A series gets samples of a day. */
    void lived(SeriesSlot slot, long epochDay) {
        BitSet refs = refsByDay.computeIfAbsent(epochDay, added -> new BitSet());
        if (!refs.get(slot.ref())) {
            refs.set(slot.ref());
            openByDay.computeIfAbsent(epochDay, added -> new BitSet()).set(slot.ref());
            changed.add(epochDay);
            slot.livedOn(epochDay);
        }
    }

    /** What is not durable yet. One listing is written at a time. */
    Listing take(YearMonth now) {
        Listing listing = new Listing();
        Map<YearMonth, BitSet> unlisted = new HashMap<>();
        for (long day : changed) {
            BitSet refs = Objects.requireNonNullElseGet(openByDay.remove(day), BitSet::new);
            listing.taken.put(day, refs);
            addUnlisted(refs, YearMonth.from(LocalDate.ofEpochDay(day)), unlisted);
            addUnlisted(refs, now, unlisted);
        }
        unlisted.forEach((month, refs) -> list(month, refs, listing));
        listing.taken.forEach((day, refs) -> {
            LocalDate date = LocalDate.ofEpochDay(day);
            Map<BlockId, BitSet> lived = CatalogueBook.copy(writtenByDay.getOrDefault(day, Map.of()));
            addPlaces(refs, YearMonth.from(date), lived);
            listing.days.put(date, lived);
        });
        changed.clear();
        takenByDay = listing.taken;
        return listing;
    }

    private void addUnlisted(BitSet refs, YearMonth month, Map<YearMonth, BitSet> unlisted) {
        Int2LongOpenHashMap placed = placesOf(month);
        for (int ref = refs.nextSetBit(0); ref >= 0; ref = refs.nextSetBit(ref + 1)) {
            if (!placed.containsKey(ref) && !inBook(ref, month)) {
                unlisted.computeIfAbsent(month, added -> new BitSet()).set(ref);
            }
        }
    }

    private boolean inBook(int ref, YearMonth month) {
        return month.equals(book.month())
                && table.has(ref, SeriesTable.IN_CATALOGUE)
                && table.slot(ref).cataloguePlace() >= 0;
    }

    private Int2LongOpenHashMap placesOf(YearMonth month) {
        return places.computeIfAbsent(month, added -> new Int2LongOpenHashMap());
    }

    private void list(YearMonth month, BitSet refs, Listing listing) {
        record Listed(int ref, Labels labels) {}
        List<Listed> all = new ArrayList<>(refs.cardinality());
        for (int ref = refs.nextSetBit(0); ref >= 0; ref = refs.nextSetBit(ref + 1)) {
            Labels labels = table.index().labels(ref);
            if (labels != null) {
                all.add(new Listed(ref, labels));
            }
        }
        all.sort(Comparator.comparing(Listed::labels));
        Int2LongOpenHashMap placed = placesOf(month);
        for (int from = 0; from < all.size(); from += blockSeries) {
            int to = Math.min(all.size(), from + blockSeries);
            BlockId id = book.next(epoch);
            blocks.add(id);
            List<byte[]> labels = new ArrayList<>(to - from);
            int[] blockRefs = new int[to - from];
            for (int i = from; i < to; i++) {
                labels.add(all.get(i).labels.canonicalBytes());
                blockRefs[i - from] = all.get(i).ref;
                placed.put(all.get(i).ref, CatalogueBook.place(blocks.size() - 1, i - from));
            }
            listing.blocks.add(new Block(month, id, labels, blockRefs));
        }
    }

    private void addPlaces(BitSet refs, YearMonth month, Map<BlockId, BitSet> lived) {
        Int2LongOpenHashMap placed = placesOf(month);
        for (int ref = refs.nextSetBit(0); ref >= 0; ref = refs.nextSetBit(ref + 1)) {
            if (placed.containsKey(ref)) {
                long place = placed.get(ref);
                lived.computeIfAbsent(blocks.get((int) (place >>> 32)), added -> new BitSet())
                        .set((int) place);
            } else if (inBook(ref, month)) {
                book.mark(table.slot(ref).cataloguePlace(), lived);
            }
        }
    }

    /** Adds the refs of series whose days were not written, though an import brought them. */
    void open(BitSet into) {
        openByDay.values().forEach(into::or);
        takenByDay.values().forEach(into::or);
    }

    /** A listing is durable: checkpoints need not list its series again. */
    void written(Listing listing) {
        takenByDay = Map.of();
        listing.days.forEach((day, lived) -> writtenByDay.put(day.toEpochDay(), lived));
        for (Block block : listing.blocks) {
            if (block.month.equals(book.month())) {
                int number = book.add(block.id);
                for (int i = 0; i < block.refs.length; i++) {
                    SeriesSlot slot = table.slot(block.refs[i]);
                    if (slot.cataloguePlace() < 0) {
                        slot.cataloguePlace(CatalogueBook.place(number, i));
                        table.set(slot.ref(), SeriesTable.IN_CATALOGUE);
                    }
                }
            }
        }
    }

    /** A listing may or may not be there: its series are listed again, in blocks of other numbers. */
    void notWritten(Listing listing) {
        takenByDay = Map.of();
        for (Block block : listing.blocks) {
            for (int ref : block.refs) {
                placesOf(block.month).remove(ref);
            }
        }
        listing.taken.forEach((day, refs) -> {
            openByDay.computeIfAbsent(day, added -> new BitSet()).or(refs);
            changed.add(day);
        });
    }
}
