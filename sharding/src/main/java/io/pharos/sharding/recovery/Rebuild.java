package io.pharos.sharding.recovery;

import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.log.LogBlob;
import io.pharos.sharding.log.LogSection;
import io.pharos.sharding.mask.Mask;
import io.pharos.sharding.mask.MaskBlob;
import io.pharos.sharding.recovery.CatalogueBlob.BlockId;
import io.pharos.sharding.series.HotChunk;
import io.pharos.sharding.series.SeriesMemory;
import io.pharos.sharding.series.SeriesSlot;
import io.pharos.sharding.series.SeriesTable;
import io.pharos.sharding.series.SeriesView;
import io.pharos.timeseries.chunk.HeadChunk;
import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.index.StringPool;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesHash;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.labels.SeriesIdentity;
import io.pharos.timeseries.store.ShardRecord;
import io.pharos.timeseries.store.StoredMask;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds a shard's series from catalogue, heads and log, in this order. Judges no sample; used by one thread at a time. */
final class Rebuild {
    /** A series has no labels in the months of the catalogue that were read. */
    static final class MissingLabelsException extends RuntimeException {
        private static final long serialVersionUID = 1;

        MissingLabelsException(String message) {
            super(message);
        }
    }

    private static final long DAY_MILLIS = 86_400_000L;
    /** How far the clock of an earlier owner may have been ahead of this one's. */
    private static final Duration CLOCKS_APART = Duration.ofMinutes(5);

    /** A block as it is stored, and its number in the book; -1 where it is of another month. */
    private record Block(ByteBuffer blob, int number) {}

    /** A series of a block. */
    private record Listed(byte[] canonical, int block, int place) {}

    private final ShardRecord record;
    private final SeriesTable table;
    private final CatalogueBook book;
    private final YearMonth currentMonth;
    private final long nowMillis;
    private final long aheadMillis;
    private final long leaveMillis;
    private final long importedBefore;
    private final RecoveredShard.Unflushed unflushed;
    private final SeriesMemory memory;
    /** Days on which series lived that are taken into memory, and their places, by block. */
    private final Map<BlockId, Map<Long, BitSet>> daysByBlock = new HashMap<>();
    /** All that was read of the catalogue, as it came. */
    private final List<Block> blocks = new ArrayList<>();

    private @Nullable Map<SeriesId, Listed> listed;
    private long knownFromDay = Long.MIN_VALUE;
    /** Refs have a meaning in their epoch only. */
    private final Map<Long, Int2ObjectOpenHashMap<SeriesSlot>> refsByEpoch = new HashMap<>();

    /** What older epochs acknowledged is in the checkpoint. */
    private final long oldestEpoch;

    private final BitSet active = new BitSet();
    private final long[] found = new long[1];
    private long replayed;

    /** @param now when the shard is acquired */
    Rebuild(ShardRecord record, Acquisition.Rules rules, StringPool strings, Instant now) {
        this.record = record;
        this.unflushed = new RecoveredShard.Unflushed(record.epoch());
        this.oldestEpoch =
                record.checkpoint().map(checkpoint -> checkpoint.epoch()).orElse(0L);
        this.currentMonth = YearMonth.from(now.atOffset(ZoneOffset.UTC));
        this.nowMillis = now.toEpochMilli();
        this.aheadMillis = rules.aheadMax().plus(CLOCKS_APART).toMillis();
        this.leaveMillis = rules.leaveAfter().toMillis();
        this.importedBefore = ImportWindow.storedBefore(nowMillis, rules.outOfOrderWindow());
        this.table = new SeriesTable(
                strings, rules.outOfOrderWindow().toMillis(), rules.aheadMax().toMillis());
        this.book = new CatalogueBook(currentMonth);
        this.memory = new SeriesMemory(rules.seal(), unflushed);
    }

    /*
     * On the first day of a month the owner's clock may still have been in the month before, whose blocks that day then names;
     * and no other day.
     */
    /** The catalogue is read from this month on, and series are taken that lived lately. */
    void oldestMonth(YearMonth month) {
        knownFromDay = Math.max(month.atDay(2).toEpochDay(), Math.floorDiv(nowMillis - leaveMillis, DAY_MILLIS));
        table.knownFrom(knownFromDay * DAY_MILLIS);
    }

    void masks(List<StoredMask> rows) {
        List<Mask> masks = new ArrayList<>(rows.size());
        for (StoredMask row : rows) {
            masks.add(MaskBlob.read(record.shard(), row));
        }
        table.masks().recovered(masks);
    }

    /** A day on which series lived; all days come before the blocks they name. */
    void activity(LocalDate day, ByteBuffer blob) {
        if (day.toEpochDay() >= knownFromDay) {
            CatalogueBlob.readActivity(blob, record.shard())
                    .forEach((id, lived) -> daysByBlock
                            .computeIfAbsent(id, added -> new HashMap<>())
                            .computeIfAbsent(day.toEpochDay(), added -> new BitSet())
                            .or(lived));
        }
    }

    void catalogueBlock(YearMonth month, ByteBuffer blob) {
        CatalogueBlob.Block block = CatalogueBlob.readBlock(blob.duplicate(), record.shard());
        int number = month.equals(currentMonth) ? book.add(block.id()) : -1;
        blocks.add(new Block(blob, number));
        SeriesSlot[] places = new SeriesSlot[block.labels().size()];
        daysByBlock.getOrDefault(block.id(), Map.of()).forEach((day, lived) -> {
            for (int i = lived.nextSetBit(0); i >= 0 && i < places.length; i = lived.nextSetBit(i + 1)) {
                if (places[i] == null) {
                    places[i] = listed(block.labels().get(i), number, i);
                }
                places[i].livedOn(day);
            }
        });
    }

    /** The slot of a series that the catalogue lists. */
    private SeriesSlot listed(byte[] canonical, int block, int place) {
        Labels labels = Labels.ofCanonicalBytes(canonical, 0, canonical.length);
        SeriesIdentity identity = SeriesIdentity.of(labels);
        SeriesSlot slot = slot(identity.id());
        if (slot == null) {
            slot = table.add(labels, identity, SeriesView.COLD);
        }
        if (block >= 0) {
            slot.cataloguePlace(CatalogueBook.place(block, place));
            table.set(slot.ref(), SeriesTable.IN_CATALOGUE);
        }
        return slot;
    }

    /** The slot of a series that heads or log name, if the catalogue has it at all. */
    private @Nullable SeriesSlot anySlot(SeriesId id) {
        SeriesSlot slot = slot(id);
        if (slot != null) {
            return slot;
        }
        Map<SeriesId, Listed> all = listed;
        if (all == null) {
            all = allListed();
            listed = all;
        }
        Listed found = all.get(id);
        return found == null ? null : listed(found.canonical, found.block, found.place);
    }

    /** Of a series in several blocks the one of the newest month, which come last. */
    private Map<SeriesId, Listed> allListed() {
        Map<SeriesId, Listed> all = new HashMap<>();
        SeriesHash.Words words = new SeriesHash.Words();
        for (Block block : blocks) {
            List<byte[]> labels = CatalogueBlob.readBlock(block.blob.duplicate(), record.shard())
                    .labels();
            for (int i = 0; i < labels.size(); i++) {
                byte[] canonical = labels.get(i);
                SeriesHash.hash(canonical, 0, canonical.length, 0, words);
                all.put(new SeriesId(words.high, words.low), new Listed(canonical, block.number, i));
            }
        }
        return all;
    }

    private @Nullable SeriesSlot slot(SeriesId id) {
        return table.slotOrNull(table.ref(id));
    }

    void heads(ByteBuffer part) {
        long epoch = record.checkpoint().orElseThrow().epoch();
        HeadsBlob.read(part, record.shard(), entry -> {
            SeriesSlot slot = anySlot(entry.id());
            if (slot == null) {
                throw new MissingLabelsException("shard " + record.shard() + ": the heads hold series " + entry.id()
                        + ", of which the catalogue has no labels");
            }
            names(epoch).put(entry.ref(), slot);
            HotChunk[] chunks = new HotChunk[entry.chunks().length];
            for (int i = 0; i < chunks.length; i++) {
                chunks[i] = new HotChunk(
                        entry.chunks()[i],
                        entry.chunkStarts()[i],
                        entry.chunkEnds()[i],
                        record.epoch(),
                        unflushed.nextSequence());
            }
            HeadChunk head = entry.head();
            SeriesMemory.restore(
                    slot,
                    chunks,
                    head,
                    entry.lateTimes(),
                    entry.lateValues(),
                    entry.histograms(),
                    entry.lastTimeMillis());
            for (HotChunk chunk : chunks) {
                unflushed.sealed(slot, chunk);
            }
            table.last(slot.ref(), entry.lastTimeMillis(), entry.lastBits());
            if (slot.view().openFromMillis() != Long.MAX_VALUE) {
                slot.livedOn(Math.floorDiv(slot.view().openFromMillis(), DAY_MILLIS));
            }
            active.set(slot.ref());
        });
    }

    private Int2ObjectOpenHashMap<SeriesSlot> names(long epoch) {
        return refsByEpoch.computeIfAbsent(epoch, added -> new Int2ObjectOpenHashMap<>());
    }

    void replay(LogBlob.Part part) {
        if (part.epoch() < oldestEpoch) {
            // Sent before the epoch of the checkpoint began, written after it was cut: it was never acknowledged, and
            // the refs
            // of its epoch are named nowhere any more.
            return;
        }
        Int2ObjectOpenHashMap<SeriesSlot> names = names(part.epoch());
        for (LogSection.Definition definition : part.newSeries()) {
            names.put(definition.ref(), named(definition));
        }
        for (int i = 0; i < part.count(); i++) {
            SeriesSlot slot = names.get(part.refs()[i]);
            if (slot == null) {
                throw new CorruptBlobException("shard " + record.shard() + ": the log of epoch " + part.epoch()
                        + " uses ref " + part.refs()[i] + " and names it nowhere");
            }
            EncodedHistogram histogram = part.histograms() == null ? null : part.histograms()[i];
            if (histogram == null) {
                apply(slot, part.timestamps()[i], part.values()[i]);
            } else {
                apply(slot, part.timestamps()[i], histogram);
            }
        }
        replayed += part.count();
    }

    private SeriesSlot named(LogSection.Definition definition) {
        byte[] canonical = definition.labels();
        // Labels come with a series that its month's catalogue had not: no need to look for it there.
        SeriesSlot slot = canonical == null ? anySlot(definition.id()) : slot(definition.id());
        if (slot != null) {
            return slot;
        }
        if (canonical == null) {
            throw new MissingLabelsException("shard " + record.shard() + ": the log names series " + definition.id()
                    + " by its id, and the catalogue has no labels of it");
        }
        Labels labels = Labels.ofCanonicalBytes(canonical, 0, canonical.length);
        // It lived on no day that is known all of and before the last checkpoint: of those days the log has all of it.
        return table.add(labels, SeriesIdentity.of(labels), SeriesView.since(table.knownFromMillis()));
    }

    /** Whatever is only stored was admitted before this recovery, so it lies at most as far ahead as admission allows. */
    private void boundStored() {
        long latest = nowMillis;
        for (int ref = 0; ref < table.size(); ref++) {
            latest = Math.max(latest, table.lastTime(ref));
        }
        for (int ref = 0; ref < table.size(); ref++) {
            SeriesSlot slot = table.slot(ref);
            SeriesMemory.storedBefore(slot, latest + aheadMillis);
            // An import may have stored samples in the time of the open chunk; of a series the catalogue has not, none.
            if (slot.view().hotFromMillis() != Long.MIN_VALUE) {
                SeriesMemory.alsoStored(slot, importedBefore - 1);
            }
        }
    }

    private void apply(SeriesSlot slot, long time, double value) {
        int ref = slot.ref();
        long last = table.lastTime(ref);
        if (time > last) {
            memory.append(slot, time, value);
            table.last(ref, time, Double.doubleToRawLongBits(value));
        } else if (!slot.view().find(time, found)) {
            memory.late(slot, time, value);
        }
        active.set(ref);
    }

    private void apply(SeriesSlot slot, long time, EncodedHistogram histogram) {
        int ref = slot.ref();
        long last = table.lastTime(ref);
        if (time > last) {
            memory.append(slot, time, histogram.histogram());
            table.last(ref, time, Double.doubleToRawLongBits(histogram.mark()));
        } else if (!slot.view().find(time, found)) {
            memory.late(slot, time, histogram.histogram());
        }
        active.set(ref);
    }

    RecoveredShard finish() {
        List<SeriesSlot> living = new ArrayList<>(active.cardinality());
        for (int ref = active.nextSetBit(0); ref >= 0; ref = active.nextSetBit(ref + 1)) {
            SeriesSlot slot = table.slot(ref);
            slot.livedOn(Math.floorDiv(table.lastTime(ref), DAY_MILLIS));
            living.add(slot);
        }
        boundStored();
        return new RecoveredShard(record, table, book, living, unflushed, replayed);
    }
}
