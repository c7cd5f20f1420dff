package io.pharos.sharding.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BoundedHashRingTest {
    private static List<String> shards(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    private static String node(int number) {
        return "10.0." + number / 200 + "." + number % 200 + ":25520";
    }

    @Test
    void noNodeCarriesMoreThanTheBound() {
        for (int count : new int[] {64, 256}) {
            for (int nodes = 1; nodes <= 50; nodes++) {
                Map<String, String> placed = BoundedHashRing.of(IntStream.range(0, nodes)
                                .mapToObj(BoundedHashRingTest::node)
                                .toList())
                        .place(shards(count));
                assertThat(placed).hasSize(count);
                Map<String, Integer> load = new HashMap<>();
                placed.values().forEach(node -> load.merge(node, 1, Integer::sum));
                int bound = (int) Math.ceil(1.1 * count / nodes);
                assertThat(load.values()).allMatch(shards -> shards <= bound, nodes + " nodes, bound " + bound);
                assertThat(BoundedHashRing.capacity(count, nodes)).isEqualTo(bound);
            }
        }
    }

    @Test
    void aChangeOfMembersMovesAboutOneNodesShare() {
        Random random = new Random(3);
        int shards = 256;
        List<String> members = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < 8; i++) {
            members.add(node(next++));
        }
        Map<String, String> before = BoundedHashRing.of(members).place(shards(shards));
        double moved = 0;
        double allowed = 0;
        for (int change = 0; change < 200; change++) {
            boolean join = members.size() < 3 || members.size() < 30 && random.nextBoolean();
            if (join) {
                members.add(node(next++));
            } else {
                members.remove(random.nextInt(members.size()));
            }
            Map<String, String> after = BoundedHashRing.of(members).place(shards(shards));
            int moves = 0;
            for (String shard : before.keySet()) {
                moves += before.get(shard).equals(after.get(shard)) ? 0 : 1;
            }
            int larger = join ? members.size() : members.size() + 1;
            moved += moves;
            allowed += 1.25 * shards / larger + 2;
            before = after;
        }
        assertThat(moved).as("moves of 200 changes").isLessThanOrEqualTo(allowed);
    }

    @Test
    void theOrderInWhichMembersAreKnownDoesNotMatter() {
        List<String> members = new ArrayList<>(
                IntStream.range(0, 7).mapToObj(BoundedHashRingTest::node).toList());
        Map<String, String> placed = BoundedHashRing.of(members).place(shards(64));
        java.util.Collections.reverse(members);
        assertThat(BoundedHashRing.of(members).place(shards(64))).isEqualTo(placed);
        assertThat(BoundedHashRing.of(List.of()).place(shards(4))).isEmpty();
    }

    @Test
    void anEntityThatIsAShardsNumberIsInThatShard() {
        assertThat(EntityPlacement.shardOf("17", 64)).isEqualTo(17);
        assertThat(EntityPlacement.shardOf("group one", 64)).isBetween(0, 63);
        assertThat(EntityPlacement.shardOf("99", 64)).isBetween(0, 63);
    }
}
