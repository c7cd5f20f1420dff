package io.pharos.sharding.log;

import io.pharos.timeseries.store.LogPosition;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which shards have sections in which segment of this node's log, and from where each shard still needs it. A segment may be
 * dropped when every shard in it needs only later ones. Thread-safe.
 */
public final class SegmentLedger {
    private static final LogPosition NOTHING = new LogPosition(Integer.MAX_VALUE, 0);

    private final TreeMap<Integer, BitSet> shardsBySegment = new TreeMap<>();
    private final Map<Integer, LogPosition> neededFrom = new HashMap<>();
    private final Set<Integer> lost = new HashSet<>();

    synchronized void written(int segment, List<LogSection> sections) {
        BitSet shards = shardsBySegment.computeIfAbsent(segment, added -> new BitSet());
        for (LogSection section : sections) {
            shards.set(section.shard());
        }
    }

    /** The shard's record lists this log from a position on: after an acquisition. */
    public synchronized void acquired(int shard, LogPosition from) {
        neededFrom.put(shard, from);
        lost.remove(shard);
    }

    /** A checkpoint of the shard became its record: what lies before the cut is not needed any more. */
    public synchronized void checkpointed(int shard, LogPosition cut) {
        neededFrom.put(shard, cut);
    }

    /** The shard was handed over with no sources. */
    public synchronized void released(int shard) {
        neededFrom.put(shard, NOTHING);
        lost.remove(shard);
    }

    /** Another owner took the shard: its record says how long this log is needed. */
    public synchronized void lost(int shard) {
        lost.add(shard);
    }

    /** Shards taken by another whose records are to be read. */
    public synchronized Set<Integer> lostShards() {
        return Set.copyOf(lost);
    }

    /** The record of a lost shard no longer lists this log before a position ({@code null}: not at all). */
    public synchronized void lostNeeds(int shard, @org.jspecify.annotations.Nullable LogPosition from) {
        if (lost.contains(shard)) {
            neededFrom.put(shard, from == null ? NOTHING : from);
            if (from == null) {
                lost.remove(shard);
            }
        }
    }

    synchronized List<Integer> covered(int current) {
        List<Integer> covered = new ArrayList<>();
        for (Map.Entry<Integer, BitSet> entry :
                shardsBySegment.headMap(current, false).entrySet()) {
            LogPosition next = new LogPosition(entry.getKey() + 1, 0);
            boolean free = entry.getValue().stream()
                    .allMatch(shard ->
                            neededFrom.getOrDefault(shard, LogPosition.START).compareTo(next) >= 0);
            if (free) {
                covered.add(entry.getKey());
            }
        }
        return covered;
    }

    synchronized int needed(int shard, int current) {
        LogPosition from = neededFrom.get(shard);
        return from == null || from.segment() > current ? 0 : current - from.segment() + 1;
    }

    synchronized void dropped(int segment) {
        shardsBySegment.remove(segment);
    }

    /** Segments not dropped yet. */
    public synchronized int count() {
        return shardsBySegment.size();
    }
}
