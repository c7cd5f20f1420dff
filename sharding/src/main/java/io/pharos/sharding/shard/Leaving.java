package io.pharos.sharding.shard;

import akka.actor.PoisonPill;
import io.pharos.sharding.series.SeriesMemory;
import io.pharos.sharding.series.SeriesSlot;
import io.pharos.sharding.series.SeriesTable;
import java.util.BitSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets series leave memory that ended on an earlier day (docs/adr/0029-series-that-ended-leave-memory.md). The shard's thread only. */
final class Leaving {
    /*
     * After a checkpoint, since only then days of a series are durable that was sealed before. What heads or log still have of one that
     * leaves is harmless: they name the series by its id, all they have is in chunks too, and deletions know of it.
     *
     * Each time some leave, questions that reach further back read their months anew. So a few stay until they are worth it.
     */
    private static final Logger LOG = LoggerFactory.getLogger(Leaving.class);
    private static final long DAY_MILLIS = 86_400_000L;
    /** Readers wait while series leave, and so does the shard: milliseconds. */
    private static final int AT_ONCE = 5_000;
    /** At least one of so many. */
    private static final int WORTH_IT = 64;

    private final ShardContext shared;
    private final int shard;
    private final SeriesTable table;
    private final SeriesMemory memory;
    private final Activity activity;
    private final Imports imports;
    private final Deletions deletions;
    private boolean more;

    Leaving(
            ShardContext shared,
            int shard,
            SeriesTable table,
            SeriesMemory memory,
            Activity activity,
            Imports imports,
            Deletions deletions) {
        this.shared = shared;
        this.shard = shard;
        this.table = table;
        this.memory = memory;
        this.activity = activity;
        this.imports = imports;
        this.deletions = deletions;
    }

    /** A checkpoint became the shard's record. */
    void checkpointed() {
        look(WORTH_IT);
    }

    /** Goes on where more were to leave than may at once. */
    void tick() {
        if (more) {
            look(Integer.MAX_VALUE);
        }
    }

    private void look(int oneOf) {
        more = false;
        if (!deletions.idle()) {
            return;
        }
        long day = Math.floorDiv(
                shared.clock().millis() - shared.settings().leaveAfter().toMillis(), DAY_MILLIS);
        BitSet needed = new BitSet();
        activity.open(needed);
        imports.underWay(table, needed);
        BitSet leaving = new BitSet();
        int count = 0;
        for (int ref = 0; ref < table.size() && count < AT_ONCE; ref++) {
            SeriesSlot slot = table.slotOrNull(ref);
            if (slot != null && !needed.get(ref) && hasEnded(slot, day)) {
                leaving.set(ref);
                count++;
            }
        }
        if (count == 0 || (long) count * oneOf < table.liveCount()) {
            return;
        }
        more = count == AT_ONCE;
        for (int ref = leaving.nextSetBit(0); ref >= 0; ref = leaving.nextSetBit(ref + 1)) {
            SeriesSlot slot = table.slot(ref);
            akka.actor.ActorRef actor = slot.actor();
            if (actor != null) {
                slot.actor(null);
                actor.tell(PoisonPill.getInstance(), akka.actor.ActorRef.noSender());
            }
            memory.evict(slot, Long.MAX_VALUE);
        }
        table.leave(leaving, day * DAY_MILLIS);
        shared.metrics().left(count);
        LOG.debug("shard {}: {} series that ended left memory", shard, count);
    }

    private boolean hasEnded(SeriesSlot slot, long day) {
        return !slot.livedSince(day)
                && Math.floorDiv(table.lastTime(slot.ref()), DAY_MILLIS) < day
                && slot.view().allDurable();
    }
}
