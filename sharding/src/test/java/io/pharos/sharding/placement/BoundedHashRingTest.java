package io.pharos.sharding.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedHashRingTest {
    private static final int NODES_MAX = 50;

    private static List<String> shards(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    private static String node(int number) {
        return "10.0." + number / 200 + "." + number % 200 + ":25520";
    }

    private static List<String> nodes(int count) {
        return IntStream.range(0, count).mapToObj(BoundedHashRingTest::node).toList();
    }

    private static void assertBounded(Map<String, String> placed, int shards, List<String> members) {
        assertThat(placed.keySet()).hasSize(shards);
        assertThat(members).containsAll(placed.values());
        Map<String, Integer> load = new HashMap<>();
        placed.values().forEach(node -> load.merge(node, 1, Integer::sum));
        int bound = (int) Math.ceil(1.1 * shards / members.size());
        assertThat(load.values())
                .as(shards + " shards on " + members.size() + " nodes")
                .allMatch(carried -> carried <= bound);
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 256})
    void noNodeCarriesMoreThanATenthAboveTheMean(int shards) {
        for (int count = 1; count <= NODES_MAX; count++) {
            assertBounded(BoundedHashRing.of(nodes(count)).place(shards(shards)), shards, nodes(count));
        }
    }

    /** The promise of the issue, change by change, over 200 changes of each of several seeds. */
    @ParameterizedTest
    @ValueSource(ints = {64, 256})
    void aChangeOfMembersMovesAtMostAQuarterAboveOneNodesShare(int shards) {
        for (long seed = 1; seed <= 5; seed++) {
            Random random = new Random(seed);
            List<String> members = new ArrayList<>(nodes(2 + random.nextInt(10)));
            int next = members.size();
            Map<String, String> homes = BoundedHashRing.of(members).place(shards(shards));
            for (int change = 0; change < 200; change++) {
                boolean join = members.size() == 2 || members.size() < NODES_MAX && random.nextBoolean();
                int fewer = join ? members.size() : members.size() - 1;
                if (join) {
                    members.add(node(next++));
                } else {
                    members.remove(random.nextInt(members.size()));
                }
                Map<String, String> after = BoundedHashRing.of(members).place(shards(shards), homes);
                assertBounded(after, shards, members);
                assertThat(moved(homes, after))
                        .as("seed " + seed + ", change " + change + ", " + shards + " shards, " + fewer + " and one")
                        .isLessThanOrEqualTo((int) Math.floor(1.25 * shards / (fewer + 1) + 2));
                homes = after;
            }
        }
    }

    private static int moved(Map<String, String> before, Map<String, String> after) {
        int moves = 0;
        for (Map.Entry<String, String> home : before.entrySet()) {
            moves += home.getValue().equals(after.get(home.getKey())) ? 0 : 1;
        }
        return moves;
    }

    /** The coordinator moves a few at a time and asks again after each: the steps must end where one step would. */
    @Test
    void movesInStepsEndEvenAndMoveNoMoreThanAtOnce() {
        List<String> all = shards(64);
        for (long seed = 1; seed <= 50; seed++) {
            Random random = new Random(seed);
            int count = 2 + random.nextInt(12);
            List<String> before = nodes(count);
            List<String> members = new ArrayList<>(nodes(count + 1 + random.nextInt(3)));
            if (random.nextBoolean()) {
                members.remove(random.nextInt(count));
            }
            Map<String, String> homes = new HashMap<>(BoundedHashRing.of(before).place(all));
            BoundedHashRing ring = BoundedHashRing.of(members);
            int atOnce = moved(homes, ring.place(all, homes));
            Set<String> underWay = new HashSet<>();
            int steps = 0;
            for (int round = 0; round < 10_000; round++) {
                underWay.addAll(BoundedHashAllocation.moves(ring, homes, underWay, 5));
                assertThat(underWay).hasSizeLessThanOrEqualTo(5);
                if (underWay.isEmpty()) {
                    break;
                }
                // One of those under way has left its home, and is placed after some more have left too.
                List<String> leaving = new ArrayList<>(underWay);
                List<String> gone = leaving.subList(0, 1 + random.nextInt(leaving.size()));
                Map<String, String> from = new HashMap<>();
                gone.forEach(shard -> from.put(shard, String.valueOf(homes.remove(shard))));
                for (String shard : gone) {
                    String to = String.valueOf(BoundedHashAllocation.target(ring, shard, homes));
                    assertThat(to).as("seed " + seed).isNotEqualTo(from.get(shard));
                    homes.put(shard, to);
                    underWay.remove(shard);
                    steps++;
                }
            }
            assertThat(underWay).isEmpty();
            assertThat(steps).isEqualTo(atOnce);
            assertBounded(homes, 64, members);
        }
    }

    @Test
    void aNodeThatRestartsGetsMostOfItsShardsBack() {
        List<String> members = nodes(3);
        Map<String, String> before = BoundedHashRing.of(members).place(shards(64));
        for (String restarted : members) {
            List<String> others =
                    members.stream().filter(node -> !node.equals(restarted)).toList();
            Map<String, String> without = BoundedHashRing.of(others).place(shards(64), before);
            Map<String, String> after = BoundedHashRing.of(members).place(shards(64), without);
            long back = before.keySet().stream()
                    .filter(shard -> restarted.equals(before.get(shard)) && restarted.equals(after.get(shard)))
                    .count();
            assertThat(back).isGreaterThanOrEqualTo(14);
        }
    }

    @Test
    void aFewShardsThatRunAreSharedAsManyAre() {
        Map<String, String> homes = new HashMap<>();
        BoundedHashRing one = BoundedHashRing.of(nodes(1));
        for (int shard = 0; shard < 256; shard += 25) {
            homes.put("" + shard, String.valueOf(BoundedHashAllocation.target(one, "" + shard, homes)));
        }
        assertThat(homes).hasSize(11);
        BoundedHashRing three = BoundedHashRing.of(nodes(3));
        for (String shard : BoundedHashAllocation.moves(three, homes, Set.of(), 16)) {
            homes.remove(shard);
            homes.put(shard, String.valueOf(BoundedHashAllocation.target(three, shard, homes)));
        }
        assertBounded(homes, 11, nodes(3));
        assertThat(BoundedHashAllocation.moves(three, homes, Set.of(), 16)).isEmpty();
    }

    @Test
    void theOrderInWhichMembersAreKnownDoesNotMatter() {
        List<String> members = new ArrayList<>(nodes(7));
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
