package io.pharos.sharding.placement;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Consistent hashing with bounded loads: every shard goes to the first node on the ring, from the shard's own point on, that
 * still has room; room is ceil(1.1 x mean). Pure and immutable; the same members always give the same placement.
 */
public final class BoundedHashRing {
    /*
     * After "Consistent Hashing with Bounded Loads" (Mirrokni, Thorup, Zadimoghaddam, 2016). Two choices of ours:
     *  - shards are placed in the order of a hash of their own, so that a bound is not always hit by the same ones;
     *  - 160 points a node: with fewer the arcs differ so much that the bound, not the ring, places most shards, and
     *    then each change of the members moves many.
     */
    private static final int POINTS_PER_NODE = 160;

    private final long[] points;
    private final String[] owners;
    private final int nodeCount;

    private BoundedHashRing(long[] points, String[] owners, int nodeCount) {
        this.points = points;
        this.owners = owners;
        this.nodeCount = nodeCount;
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
        return new BoundedHashRing(points, owners, sorted.size());
    }

    /** The most shards one node may carry. */
    public static int capacity(int shards, int nodes) {
        return Math.toIntExact((11L * shards + 10L * nodes - 1) / (10L * nodes));
    }

    /** Places shards; empty where there is no node. */
    public Map<String, String> place(Collection<String> shards) {
        if (nodeCount == 0) {
            return Map.of();
        }
        int room = capacity(shards.size(), nodeCount);
        Map<String, Integer> load = new HashMap<>();
        Map<String, String> placed = new HashMap<>();
        List<String> order = new ArrayList<>(new TreeSet<>(shards));
        order.sort((a, b) -> {
            int byHash = Long.compare(hash(a), hash(b));
            return byHash != 0 ? byHash : a.compareTo(b);
        });
        for (String shard : order) {
            int at = Arrays.binarySearch(points, hash("shard-" + shard));
            int point = at >= 0 ? at : -at - 1;
            while (true) {
                String node = owners[point == points.length ? 0 : point];
                if (load.getOrDefault(node, 0) < room) {
                    load.merge(node, 1, Integer::sum);
                    placed.put(shard, node);
                    break;
                }
                point = point >= points.length - 1 ? 0 : point + 1;
            }
        }
        return placed;
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
