package io.pharos.sharding.cold;

import io.pharos.sharding.rollup.Waiting;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.timeseries.store.RollupProgressStore.Mark;
import io.pharos.timeseries.store.StoreUnavailableException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the days of one shard in one epoch into the cold store, and out of it when they are too old. Blocks; one thread. */
final class ShardCold {
    private static final Logger LOG = LoggerFactory.getLogger(ShardCold.class);
    /** So long before the first raw chunks of a day go, nothing waits any longer. */
    private static final long MARGIN_MILLIS = Duration.ofHours(12).toMillis();

    private final ColdTier tier;
    private final OpenShard shard;
    private final BooleanSupplier stillOurs;
    /** When days were written last, by the clock. */
    private final Map<Long, Long> writtenAt = new HashMap<>();
    /** Objects that no list names, and when that was first seen. */
    private final Map<String, Long> orphans = new HashMap<>();

    private boolean sweepDue = true;
    private volatile long untilMillis = Long.MIN_VALUE;

    ShardCold(ColdTier tier, OpenShard shard, BooleanSupplier stillOurs) {
        this.tier = tier;
        this.shard = shard;
        this.stillOurs = stillOurs;
    }

    /** The shard and epoch it works for. */
    OpenShard shard() {
        return shard;
    }

    /** Until when all of the shard's samples are cold, from where on that is asked; empty before the first look. */
    OptionalLong until() {
        long known = untilMillis;
        return known == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(known);
    }

    /** Does all that is due now, as long as the shard is ours. */
    void run(long since) {
        ColdManifest manifest = manifest();
        expire(manifest);
        new LostDays(tier, shard, stillOurs).list(since, manifest());
        // Before anything is read: what is marked from now on stays marked.
        Map<Long, List<Mark>> marks = marks();
        long rolled = Waiting.on(shard.rolled().until(tier.rules().resolutions().get(0)));
        long first = Math.max(since, tier.firstKeptDay() + 1);
        Set<Long> done = new HashSet<>();
        for (long day = Math.max(first, tier.lastGoneDay()); (day + 1) * ColdDay.MILLIS <= rolled; day++) {
            if (!stillOurs.getAsBoolean()) {
                return;
            }
            if (!manifest().days().containsKey(day) && isDue(day)) {
                if (!tried(day, this::write)) {
                    return;
                }
                done.add(day);
            }
        }
        for (Map.Entry<Long, List<Mark>> marked : marks.entrySet()) {
            if (!stillOurs.getAsBoolean()
                    || !tried(marked.getKey(), day -> again(day, marked.getValue(), first, done))) {
                return;
            }
        }
        noteUntil(since);
        sweep();
    }

    /** Works on a day; one that cannot be written is said, and the others do not wait for it. */
    private boolean tried(long day, LongPredicate work) {
        try {
            return work.test(day);
        } catch (StoreUnavailableException away) {
            throw away;
        } catch (RuntimeException fault) {
            tier.metrics().failed();
            LOG.error(
                    "shard {}: {} cannot be written to the cold store",
                    shard.shard(),
                    LocalDate.ofEpochDay(day),
                    fault);
            return true;
        }
    }

    private ColdManifest manifest() {
        return Waiting.on(tier.book().read(shard.shard(), shard.epoch()));
    }

    /** When the first raw chunks of a day go. */
    private long goneMillis(long day) {
        return day * ColdDay.MILLIS + tier.rules().rawShortestKeptMillis();
    }

    private boolean isDue(long day) {
        long wanted = (day + 1) * ColdDay.MILLIS + tier.settings().after().toMillis();
        return tier.nowMillis() >= Math.min(wanted, goneMillis(day) - MARGIN_MILLIS);
    }

    private boolean write(long day) {
        ColdDay before = manifest().days().get(day);
        ColdDayWriter writer = new ColdDayWriter(tier, shard.shard(), shard.epoch(), day, before, stillOurs);
        sweepDue = true; // also of what is left where this does not come to its end
        ColdDay written = writer.write();
        if (written == null || !stillOurs.getAsBoolean()) {
            return false;
        }
        Waiting.on(tier.book().change(shard.shard(), shard.epoch(), manifest -> manifest.with(written)));
        writtenAt.put(day, tier.nowMillis());
        tier.metrics().written(before != null, writer.chunks(), written.bytes());
        LOG.debug(
                "shard {}: {} is cold, {} chunks in {} objects of {} bytes",
                shard.shard(),
                LocalDate.ofEpochDay(day),
                writer.chunks(),
                written.parts().size(),
                written.bytes());
        return true;
    }

    private Map<Long, List<Mark>> marks() {
        Map<Long, List<Mark>> byDay = new TreeMap<>();
        for (Mark mark : Waiting.on(tier.stores().rollupProgress().marks(shard.shard()))) {
            if (mark.resolutionMillis() == ColdMarks.RAW) {
                byDay.computeIfAbsent(mark.day(), added -> new ArrayList<>()).add(mark);
            }
        }
        return byDay;
    }

    /** Writes a day again whose samples came late; false where the shard is no longer ours. */
    private boolean again(long day, List<Mark> marks, long first, Set<Long> done) {
        ColdDay listed = manifest().days().get(day);
        // What came late of a lost day does not make it whole.
        boolean kept = day >= first && (listed == null || !listed.isLost());
        if (kept && !done.contains(day)) {
            if (listed == null && day >= tier.lastGoneDay()) {
                return true; // it comes in its turn, with what came late
            }
            long last = writtenAt.getOrDefault(day, Long.MIN_VALUE / 2);
            long wait = tier.settings().rewriteInterval().toMillis();
            if (tier.nowMillis() - last < wait) {
                return true;
            }
            if (!write(day)) {
                return false;
            }
        }
        Waiting.on(tier.stores().rollupProgress().unmark(shard.shard(), marks));
        return true;
    }

    private void expire(ColdManifest manifest) {
        // Gone whole only: of its first kept day a query still may want the end.
        List<Long> old =
                List.copyOf(manifest.days().headMap(tier.firstKeptDay()).keySet());
        if (!old.isEmpty()) {
            Waiting.on(tier.book().change(shard.shard(), shard.epoch(), now -> now.without(old)));
            tier.metrics().expired(old.size());
            sweepDue = true;
        }
    }

    private void noteUntil(long since) {
        ColdManifest manifest = manifest();
        long day = Math.max(since, tier.lastGoneDay());
        while (manifest.days().containsKey(day)) {
            day++;
        }
        untilMillis = day * ColdDay.MILLIS;
    }

    /** Deletes objects that no list names, when no query can be reading them any more. */
    private void sweep() {
        long now = tier.nowMillis();
        int number = shard.shard();
        Set<String> named = new HashSet<>();
        for (ColdDay day : manifest().days().values()) {
            for (int part = 0; part < day.parts().size(); part++) {
                named.add(day.object(number, part));
            }
        }
        if (sweepDue) {
            Set<String> there = new HashSet<>();
            Waiting.on(tier.store().list(ColdDay.folder(number), entry -> {
                // What a newer owner writes is not ours.
                if (ColdDay.epochOf(entry.name()) <= shard.epoch()) {
                    there.add(entry.name());
                }
            }));
            there.removeAll(named);
            orphans.keySet().retainAll(there);
            there.forEach(name -> orphans.putIfAbsent(name, now));
            sweepDue = false;
        }
        orphans.keySet().removeAll(named);
        List<String> gone = new ArrayList<>();
        orphans.forEach((name, seen) -> {
            if (now - seen >= tier.settings().deleteAfter().toMillis()) {
                gone.add(name);
            }
        });
        for (String name : gone) {
            if (!stillOurs.getAsBoolean()) {
                return;
            }
            Waiting.on(tier.store().delete(name));
            orphans.remove(name);
            tier.metrics().deleted();
        }
    }
}
