package io.pharos.httpapi.status;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one node says of itself when another one gathers the status of the cluster. Fields are only ever added: nodes of two versions
 * read each other's.
 *
 * @param http where it listens, as a URL
 * @param samplesPerSecond samples that came to this node's router, over the last seconds
 * @param samplesReceived the same since the start
 * @param refusals refused samples by reason since the start
 * @param undelivered notifications that are due and were not taken by their receiver yet
 * @param shards those this node has, in any order
 * @param failing what does not work now, a sentence each
 * @param rollUps how far its shards are rolled up, finest resolution first; those that are not known of all are left out
 */
public record NodeReport(
        String version,
        String http,
        Instant started,
        double samplesPerSecond,
        long samplesReceived,
        Log log,
        Store store,
        boolean journalAnswering,
        Memory memory,
        Map<String, Long> refusals,
        int undelivered,
        RuleGroups ruleGroups,
        List<Shard> shards,
        List<String> failing,
        List<RollUp> rollUps) {
    /** A node of an earlier version says nothing of its roll-ups. */
    public NodeReport {
        rollUps = rollUps == null ? List.of() : List.copyOf(rollUps);
    }

    /**
     * How far the node's shards are rolled up, the one that is least far.
     *
     * @param resolution such as {@code 1m}
     * @param lag for how long the next points could have been made
     */
    public record RollUp(String resolution, Instant until, Duration lag) {}

    /**
     * The node's log.
     *
     * @param lag how long its oldest row without an outcome has been under way
     * @param pendingBytes samples that wait for it
     * @param segments those not dropped yet
     * @param bytes written since the start
     */
    public record Log(boolean answering, Duration lag, long pendingBytes, int segments, long bytes) {}

    /** Cassandra as this node sees it, with a word on where it is or what is wrong with it. */
    public record Store(boolean answering, String detail) {}

    /**
     * Memory in bytes: the heap, sealed chunks, admitted samples the log has not confirmed, requests without an answer.
     *
     * @param hotRatio share of the series selected by queries that memory alone answered, since the start; 1 before the first
     */
    public record Memory(
            long heapUsed,
            long heapMax,
            long hotBytes,
            long hotBytesMax,
            long unloggedBytes,
            long pendingBytes,
            double hotRatio) {}

    /**
     * Rule groups.
     *
     * @param running here
     * @param oldest of them, the one whose next evaluation is due for longest; null where none runs
     */
    public record RuleGroups(int running, @Nullable Evaluation oldest) {}

    /** The last evaluation of a group. */
    public record Evaluation(String group, Instant at, Duration interval) {
        /** When the next one should have been. */
        public Instant due() {
            return at.plus(interval);
        }
    }

    /**
     * A shard on this node.
     *
     * @param samples admitted in this epoch
     * @param samplesPerSecond the same over the last seconds
     */
    public record Shard(
            int id,
            ClusterStatus.State state,
            Instant since,
            long epoch,
            long series,
            long samples,
            double samplesPerSecond) {}
}
