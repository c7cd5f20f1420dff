package io.pharos.httpapi.status;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is in the cluster and how everybody is.
 *
 * @param self the address of the node that gathered this
 * @param members those of the cluster, and those that left it lately
 * @param shards all of the cluster, in order
 * @param ruleGroups the number in the configuration
 * @param failing what does not work now, a sentence each
 */
public record ClusterStatus(
        String self, List<Member> members, List<Shard> shards, int ruleGroups, List<String> failing) {
    /**
     * A node.
     *
     * @param status {@code joining}, {@code up}, {@code drained}, {@code leaving}, {@code unreachable}, and for an hour after its end
     *     {@code downed} or {@code left}
     * @param detail why there is no report, or the empty string
     * @param report null where the node did not answer in time
     */
    public record Member(
            String address,
            String status,
            List<String> roles,
            String detail,
            @Nullable NodeReport report) {}

    /**
     * A shard.
     *
     * @param owner the address of the node that has it, or the empty string
     * @param since when it came into this state, as far as that is known
     * @param samplesPerSecond its load
     */
    public record Shard(
            int id,
            String owner,
            State state,
            @Nullable Instant since,
            long epoch,
            long series,
            long samples,
            double samplesPerSecond) {}

    /** What a shard can do. */
    public enum State {
        /** It takes samples and answers. */
        RUNNING("running"),
        /** It has an owner that reads heads and log. */
        RECOVERING("recovering"),
        /** It answers, and is about to go to another node. */
        HANDING_OVER("handing over"),
        /** Its owner did not answer when it was asked. */
        UNKNOWN("unknown"),
        /** Nobody has it. */
        UNASSIGNED("unassigned");

        private final String text;

        State(String text) {
            this.text = text;
        }

        /** The word for people and clients. */
        public String text() {
            return text;
        }
    }

    /** The number of shards that do not run. */
    public long notRunning() {
        return shards.stream().filter(shard -> shard.state() != State.RUNNING).count();
    }

    /** Series of all shards whose owner answered. */
    public long series() {
        return shards.stream().mapToLong(Shard::series).sum();
    }

    /** Refused samples by reason since the nodes started. */
    public Map<String, Long> refusals() {
        Map<String, Long> sums = new TreeMap<>();
        for (NodeReport report : reports()) {
            report.refusals().forEach((reason, count) -> sums.merge(reason, count, Long::sum));
        }
        return sums;
    }

    /** Of all groups, the last evaluation of the one whose next is due for longest; null where no group runs. */
    public NodeReport.@Nullable Evaluation oldestEvaluation() {
        NodeReport.Evaluation oldest = null;
        for (NodeReport report : reports()) {
            NodeReport.Evaluation its = report.ruleGroups().oldest();
            if (its != null && (oldest == null || its.due().isBefore(oldest.due()))) {
                oldest = its;
            }
        }
        return oldest;
    }

    /** How far all shards are rolled up whose node told: by resolution what is least far, finest first. */
    public List<NodeReport.RollUp> rollUps() {
        Map<String, NodeReport.RollUp> least = new LinkedHashMap<>();
        for (NodeReport report : reports()) {
            for (NodeReport.RollUp each : report.rollUps()) {
                least.merge(each.resolution(), each, (one, other) -> one.until().isAfter(other.until()) ? other : one);
            }
        }
        return List.copyOf(least.values());
    }

    /** The reports that came. */
    public List<NodeReport> reports() {
        return members.stream()
                .flatMap(member -> java.util.stream.Stream.ofNullable(member.report()))
                .toList();
    }
}
