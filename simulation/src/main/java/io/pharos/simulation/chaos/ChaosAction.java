package io.pharos.simulation.chaos;

/** What may be done to a cluster. */
enum ChaosAction {
    /** A node is killed. */
    KILL_NODE("kill -9 of"),
    /** A node stands still for a while: it may be given up by the others meanwhile. */
    PAUSE_NODE("pause of"),
    /** A node is asked to end, and comes back. */
    RESTART_NODE("restart of"),
    /** A node's work is taken away, and when it has none the node is asked to end, and comes back. */
    DRAIN_NODE("drain and restart of"),
    /** The store is killed. */
    KILL_STORE("kill -9 of"),
    /** The store stands still for a while. */
    PAUSE_STORE("pause of"),
    /** The store and a node are killed at once. */
    KILL_BOTH("kill -9 of"),
    /** One more node. */
    ADD_NODE("start of");

    private final String text;

    ChaosAction(String text) {
        this.text = text;
    }

    /** Whether it is done to a node. */
    boolean isOnNode() {
        return this != KILL_STORE && this != PAUSE_STORE && this != ADD_NODE;
    }

    /** Whether it lasts, so that it has a length. */
    boolean isPause() {
        return this == PAUSE_NODE || this == PAUSE_STORE;
    }

    /** The action for people. */
    String text() {
        return text;
    }
}
