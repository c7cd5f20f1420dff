package io.pharos.httpapi.status;

import java.util.List;

/**
 * Who is in the cluster and how its shards are.
 *
 * @param self the address of the node that answers
 * @param shards those this node knows about, in order
 * @param failing what does not work now, a sentence each: a store that does not answer, a reload that was refused
 */
public record ClusterStatus(String self, List<Member> members, List<Shard> shards, List<String> failing) {
    /** A node. */
    public record Member(String address, String status, List<String> roles) {}

    /**
     * A shard.
     *
     * @param owner the address of the node that has it, or the empty string
     * @param detail what it waits for, or the empty string
     */
    public record Shard(int id, String owner, State state, long epoch, long series, String detail) {}

    /** What a shard can do. */
    public enum State {
        /** It answers. */
        READY,
        /** It has an owner that reads heads and log. */
        RECOVERING,
        /** Nobody has it. */
        UNASSIGNED
    }

    /** The number of shards that do not answer. */
    public long recovering() {
        return shards.stream().filter(shard -> shard.state() != State.READY).count();
    }
}
