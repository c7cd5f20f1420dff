package io.pharos.clusternode.status;

import akka.cluster.ClusterEvent;
import akka.cluster.MemberStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Members that left the cluster lately, so that a page shows what happened. Holds at most a hundred, each for an hour. Thread-safe. */
final class DepartedMembers {
    private static final Duration KEPT = Duration.ofHours(1);
    private static final int MEMBERS_MAX = 100;

    /**
     * A member that went.
     *
     * @param status {@code downed}, or {@code left} where it went by itself
     */
    record Departed(String address, String status, List<String> roles, Instant at) {}

    private final InstantSource clock;
    private final Map<String, Departed> byAddress = new LinkedHashMap<>();

    DepartedMembers(InstantSource clock) {
        this.clock = clock;
    }

    /** A member came or went; who comes back is no longer gone. */
    void changed(ClusterEvent.MemberEvent event) {
        String address = event.member().address().toString();
        if (event instanceof ClusterEvent.MemberRemoved removed) {
            boolean downed = removed.previousStatus().equals(MemberStatus.down());
            gone(new Departed(
                    address,
                    downed ? "downed" : "left",
                    List.copyOf(event.member().getRoles()),
                    clock.instant()));
        } else {
            back(address);
        }
    }

    synchronized void gone(Departed member) {
        byAddress.remove(member.address);
        byAddress.put(member.address, member);
        if (byAddress.size() > MEMBERS_MAX) {
            byAddress.remove(byAddress.keySet().iterator().next());
        }
    }

    synchronized void back(String address) {
        byAddress.remove(address);
    }

    /** Those that went less than an hour ago, in the order they went. */
    synchronized List<Departed> lately() {
        Instant oldest = clock.instant().minus(KEPT);
        byAddress.values().removeIf(member -> member.at.isBefore(oldest));
        return new ArrayList<>(byAddress.values());
    }
}
