package io.pharos.sharding.shard;

import akka.actor.ActorRef;
import akka.actor.PoisonPill;
import io.pharos.sharding.series.SeriesEntity;
import io.pharos.sharding.series.SeriesMemory;
import io.pharos.sharding.series.SeriesSlot;
import io.pharos.sharding.series.SeriesTable;
import io.pharos.sharding.series.SeriesView;
import java.util.Arrays;

/** What the series of a shard give back when no samples come: old chunks of memory first, then their actors. The shard's thread only. */
final class QuietSeries {
    private final SeriesTable table;
    private final SeriesMemory memory;
    /** Times of the last samples at the last look, by ref. */
    private long[] lastLook = new long[0];

    QuietSeries(SeriesTable table, SeriesMemory memory) {
        this.table = table;
        this.memory = memory;
    }

    /** Lets go of durable chunks that end before a time. */
    void evict(long floorMillis) {
        SeriesEntity.Evict message = new SeriesEntity.Evict(floorMillis);
        for (int ref = 0; ref < table.size(); ref++) {
            SeriesSlot slot = table.slotOrNull(ref);
            if (slot == null) {
                continue;
            }
            SeriesView view = slot.view();
            if (view.sealed().length > 0 && view.sealed()[0].endMillis() < floorMillis) {
                ActorRef actor = slot.actor();
                if (actor != null) {
                    actor.tell(message, ActorRef.noSender());
                } else {
                    memory.evict(slot, floorMillis);
                }
            }
        }
    }

    /** A series that had no sample since the last look is sealed; at the look after that, all durable, its actor stops. */
    void stopIdle() {
        int known = Math.min(lastLook.length, table.size());
        for (int ref = 0; ref < known; ref++) {
            SeriesSlot slot = table.slotOrNull(ref);
            ActorRef actor = slot == null ? null : slot.actor();
            if (slot != null && actor != null && table.lastTime(ref) == lastLook[ref]) {
                if (slot.view().allDurable()) {
                    slot.actor(null);
                    actor.tell(PoisonPill.getInstance(), ActorRef.noSender());
                } else {
                    actor.tell(SeriesEntity.seal(), ActorRef.noSender());
                }
            }
        }
        long[] times = new long[table.size()];
        Arrays.setAll(times, table::lastTime);
        lastLook = times;
    }
}
