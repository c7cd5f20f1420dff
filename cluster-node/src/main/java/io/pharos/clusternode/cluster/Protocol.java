package io.pharos.clusternode.cluster;

/**
 * The protocol between nodes as a number that grows with every change that an older node would not understand. A node speaks all
 * from {@link #OLDEST} to {@link #NEWEST}; two nodes fit when they have one in common.
 */
public final class Protocol {
    /** The oldest one this program speaks. */
    public static final int OLDEST = 1;
    /** The newest one. */
    public static final int NEWEST = 1;

    private Protocol() {}

    /** Whether a node that speaks these can be in one cluster with this one. */
    public static boolean fits(int oldest, int newest) {
        return oldest <= NEWEST && newest >= OLDEST;
    }
}
