package io.pharos.clusternode.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tells nodes that run over our keyspace in a cluster of their own from those that only come or go. A node that was with us until
 * lately may not have heard yet that it was shut out; one that never was with us has no such excuse. One thread.
 */
final class Strangers {
    /** Longer than a node that was shut out may go on writing itself down, and its row living after it. */
    private static final Duration FORMER_PATIENCE = Duration.ofSeconds(60);
    /** Longer than the word of a new member takes to reach us. */
    private static final Duration NEVER_SEEN_PATIENCE = Duration.ofSeconds(10);
    /** Who has been away from us for so long is a former member no more. */
    private static final Duration REMEMBERED = Duration.ofMinutes(5);

    private final Map<String, Long> lastMemberNanos = new HashMap<>();
    private final Map<String, Long> strangeSinceNanos = new HashMap<>();

    /**
     * What to report now.
     *
     * @param members addresses of our cluster's nodes
     * @param alive addresses that write themselves down
     * @return those that have been strange for longer than any excuse lasts, in order
     */
    Set<String> look(long nowNanos, Set<String> members, Set<String> alive) {
        lastMemberNanos.values().removeIf(last -> nowNanos - last > REMEMBERED.toNanos());
        members.forEach(member -> lastMemberNanos.put(member, nowNanos));
        strangeSinceNanos.keySet().removeIf(address -> members.contains(address) || !alive.contains(address));
        Set<String> reported = new TreeSet<>();
        for (String address : alive) {
            if (members.contains(address)) {
                continue;
            }
            long since = strangeSinceNanos.computeIfAbsent(address, first -> nowNanos);
            Duration patience = lastMemberNanos.containsKey(address) ? FORMER_PATIENCE : NEVER_SEEN_PATIENCE;
            if (nowNanos - since >= patience.toNanos()) {
                reported.add(address);
            }
        }
        return reported;
    }
}
