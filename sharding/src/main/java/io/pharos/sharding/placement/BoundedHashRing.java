package io.pharos.sharding.placement;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Consistent hashing with bounded loads: a shard without a home goes to the first node on the ring, from the shard's own point
 * on, that still has room, and a shard that has one stays there unless its node carries too much. Pure and immutable; the
 * same members and the same homes always give the same placement.
 */
public final class BoundedHashRing {
    /*
     * After "Consistent Hashing with Bounded Loads" (Mirrokni, Thorup, Zadimoghaddam, 2016), with two changes (ADR-0016):
     *  - Homes are kept. A placement from the members alone moves many shards at each change as soon as the bound is
     *    tight: with few shards a node the bound is a step function of the number of nodes, and where it steps every
     *    full node sheds. Kept homes move only what the change needs.
     *  - The bound is the mean rounded up, and not more nodes carry that than must. It costs nothing once homes are
     *    kept, and a placement as even as can be never has to be evened out at the next change: a node that comes
     *    takes its share and nothing else moves, of a node that goes only its own shards move.
     * The ring decides which shards: a node that comes takes those first that lie next to it, so one that
     * restarts gets mostly its old ones back, and all entity types put equal shards on equal nodes.
     */
    private static final int POINTS_PER_NODE = 160;

    private final long[] points;
    private final String[] owners;
    private final List<String> nodes;

    private BoundedHashRing(long[] points, String[] owners, List<String> nodes) {
        this.points = points;
        this.owners = owners;
        this.nodes = nodes;
    }

    /** A ring of nodes; equal names count once. */
    public static BoundedHashRing of(Collection<String> nodes) {
        List<String> sorted = new ArrayList<>(new TreeSet<>(nodes));
        record Point(long at, String node) {}
        List<Point> all = new ArrayList<>(sorted.size() * POINTS_PER_NODE);
        for (String node : sorted) {
            for (int i = 0; i < POINTS_PER_NODE; i++) {
                all.add(new Point(hash(node + '#' + i), node));
            }
        }
        all.sort((a, b) -> {
            int order = Long.compare(a.at, b.at);
            return order != 0 ? order : a.node.compareTo(b.node);
        });
        long[] points = new long[all.size()];
        String[] owners = new String[all.size()];
        for (int i = 0; i < points.length; i++) {
            points[i] = all.get(i).at;
            owners[i] = all.get(i).node;
        }
        return new BoundedHashRing(points, owners, List.copyOf(sorted));
    }

    /** Places shards that have no homes yet; empty where there is no node. */
    public Map<String, String> place(Collection<String> shards) {
        return place(shards, Map.of());
    }

    /**
     * Places shards, of which some have homes; empty where there is no node.
     *
     * @param homes shard to node; homes on nodes that are not on this ring, and of other shards, do not count
     */
    public Map<String, String> place(Collection<String> shards, Map<String, String> homes) {
        if (nodes.isEmpty()) {
            return Map.of();
        }
        List<String> order = inOrder(shards);
        Map<String, List<String>> held = new HashMap<>();
        nodes.forEach(node -> held.put(node, new ArrayList<>()));
        for (String shard : order) {
            List<String> mates = held.get(homes.getOrDefault(shard, ""));
            if (mates != null) {
                mates.add(shard);
            }
        }
        int least = order.size() / nodes.size();
        int mayHoldMore = order.size() % nodes.size();
        shed(held, least, mayHoldMore);

        Map<String, String> placed = new HashMap<>();
        int holdMore = 0;
        for (Map.Entry<String, List<String>> node : held.entrySet()) {
            node.getValue().forEach(shard -> placed.put(shard, node.getKey()));
            holdMore += node.getValue().size() > least ? 1 : 0;
        }
        for (String shard : order) {
            if (!placed.containsKey(shard)) {
                int most = holdMore < mayHoldMore ? least + 1 : least;
                String node = firstWithRoom(shard, held, most);
                List<String> mates = Objects.requireNonNull(held.get(node), "a node of this ring");
                mates.add(shard);
                holdMore += mates.size() > least ? 1 : 0;
                placed.put(shard, node);
            }
        }
        return placed;
    }

    /** By a hash of their own, so that what no longer fits is not always the same. */
    private static List<String> inOrder(Collection<String> shards) {
        List<String> order = new ArrayList<>(new TreeSet<>(shards));
        order.sort(Comparator.comparingLong((String shard) -> hash(shard)).thenComparing(Comparator.naturalOrder()));
        return order;
    }

    /** Takes from nodes what they carry above their share; those that carry most keep the one more that some must. */
    private void shed(Map<String, List<String>> held, int least, int mayHoldMore) {
        List<String> fullest = new ArrayList<>(nodes);
        fullest.sort(Comparator.comparingInt(
                        (String node) -> -held.getOrDefault(node, List.of()).size())
                .thenComparingLong(BoundedHashRing::hash));
        Set<String> withRoom = new HashSet<>();
        held.forEach((node, shards) -> {
            if (shards.size() < least) {
                withRoom.add(node);
            }
        });
        for (int i = 0; i < fullest.size(); i++) {
            String node = fullest.get(i);
            List<String> shards = held.getOrDefault(node, List.of());
            int keeps = i < mayHoldMore ? least + 1 : least;
            if (shards.size() > keeps) {
                // The ring's wish decides who goes: first to a node that has room, then to any other.
                List<String> leaving = new ArrayList<>(shards);
                leaving.sort(Comparator.comparingInt((String shard) -> {
                    String wish = owners[firstPoint(shard)];
                    return withRoom.contains(wish) ? 0 : wish.equals(node) ? 2 : 1;
                }));
                shards.removeAll(Set.copyOf(leaving.subList(0, shards.size() - keeps)));
            }
        }
    }

    private String firstWithRoom(String shard, Map<String, List<String>> held, int most) {
        int point = firstPoint(shard);
        for (int walked = 0; walked < points.length; walked++) {
            String node = owners[point];
            if (held.getOrDefault(node, List.of()).size() < most) {
                return node;
            }
            point = point == points.length - 1 ? 0 : point + 1;
        }
        throw new IllegalStateException("more shards than room for them");
    }

    private int firstPoint(String shard) {
        int at = Arrays.binarySearch(points, hash("shard-" + shard));
        int point = at >= 0 ? at : -at - 1;
        return point == points.length ? 0 : point;
    }

    /** FNV-1a, finished by a mixer since its high bits alone are poor for short texts. */
    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ b & 0xff) * 0x100000001b3L;
        }
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
        return hash ^ hash >>> 33;
    }
}
