package io.pharos.sharding.recovery;

import io.pharos.sharding.recovery.CatalogueBlob.BlockId;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which blocks of the current month's catalogue a shard has, so that series know their place in them. One thread. */
public final class CatalogueBook {
    private YearMonth month;
    private final List<BlockId> blocks = new ArrayList<>();
    private int nextNumber;

    /** An empty book. */
    public CatalogueBook(YearMonth month) {
        this.month = month;
    }

    /** The month the blocks are of. */
    public YearMonth month() {
        return month;
    }

    /** Another month begins: no series has a place in it yet. */
    public void turn(YearMonth next) {
        month = next;
        blocks.clear();
    }

    /** Numbers a block that this epoch writes. */
    public BlockId next(long epoch) {
        return new BlockId(epoch, nextNumber++);
    }

    /** Adds a block and returns the shard's number for it. */
    public int add(BlockId block) {
        blocks.add(block);
        return blocks.size() - 1;
    }

    /** The place of a series, as {@link io.pharos.sharding.series.SeriesSlot#cataloguePlace()} keeps it. */
    public static long place(int block, int index) {
        return (long) block << 32 | index;
    }

    /** Marks a place as alive. */
    public void mark(long place, Map<BlockId, BitSet> lived) {
        lived.computeIfAbsent(blocks.get((int) (place >>> 32)), added -> new BitSet())
                .set((int) place);
    }

    /** A record of a day that may be added to; the other one is not changed. */
    public static Map<BlockId, BitSet> copy(Map<BlockId, BitSet> lived) {
        Map<BlockId, BitSet> copy = new HashMap<>();
        lived.forEach((block, places) -> copy.put(block, (BitSet) places.clone()));
        return copy;
    }

    /** An empty record of a day. */
    public static Map<BlockId, BitSet> nobody() {
        return new HashMap<>();
    }
}
