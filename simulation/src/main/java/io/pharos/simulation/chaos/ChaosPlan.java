package io.pharos.simulation.chaos;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** What is done to a cluster, step after step: the same seed gives the same steps. One thread. */
final class ChaosPlan {
    /**
     * A step.
     *
     * @param node the victim as a number that is taken modulo the number of nodes
     * @param length of a pause
     * @param quiet how long nothing happens after the cluster has recovered
     */
    record Step(ChaosAction action, int node, Duration length, Duration quiet) {
        /** The victim among so many nodes. */
        int victim(int nodes) {
            return Math.floorMod(node, nodes);
        }
    }

    private final Random random;
    private final Deque<ChaosAction> round = new ArrayDeque<>();
    private boolean added;

    ChaosPlan(long seed) {
        random = new Random(seed);
    }

    /** The next step. Each round has every action once, in an order of its own, so that a short run has seen all; a node is added once. */
    Step next() {
        if (round.isEmpty()) {
            List<ChaosAction> all = new ArrayList<>(List.of(ChaosAction.values()));
            if (added) {
                all.remove(ChaosAction.ADD_NODE);
            }
            added = true;
            Collections.shuffle(all, random);
            round.addAll(all);
        }
        ChaosAction action = round.remove();
        int node = random.nextInt(Integer.MAX_VALUE);
        // From hardly noticed to given up by the others.
        long pause = action == ChaosAction.PAUSE_NODE ? random.nextLong(2_000, 25_000) : random.nextLong(2_000, 12_000);
        return new Step(action, node, Duration.ofMillis(pause), Duration.ofMillis(random.nextLong(500, 5_000)));
    }
}
