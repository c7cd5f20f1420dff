package io.pharos.collection.target;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What is known of this node's targets now, written by their actors and read by anybody without a message. Thread-safe. */
final class TargetBoard {
    private record Posted(TargetStatus status, long incarnation) {}

    private final Map<String, Posted> active = new ConcurrentHashMap<>();
    private volatile List<TargetStatus.Dropped> dropped = List.of();
    private volatile int droppedCount;

    void add(String key, TargetStatus status, long incarnation) {
        active.put(key, new Posted(status, incarnation));
    }

    /** Takes a status, unless the target was removed or started anew since. */
    void update(String key, TargetStatus status, long incarnation) {
        active.computeIfPresent(
                key, (k, old) -> old.incarnation == incarnation ? new Posted(status, incarnation) : old);
    }

    /** Forgets a target, unless it was started anew since. */
    void remove(String key, long incarnation) {
        active.computeIfPresent(key, (k, old) -> old.incarnation == incarnation ? null : old);
    }

    void dropped(List<TargetStatus.Dropped> targets, int count) {
        dropped = targets;
        droppedCount = count;
    }

    /** All targets, by job and address. */
    List<TargetStatus> active() {
        List<TargetStatus> all = new ArrayList<>();
        active.values().forEach(posted -> all.add(posted.status));
        all.sort(Comparator.comparing(TargetStatus::scrapePool).thenComparing(TargetStatus::scrapeUrl));
        return all;
    }

    List<TargetStatus.Dropped> dropped() {
        return dropped;
    }

    int droppedCount() {
        return droppedCount;
    }
}
