package io.pharos.clusternode.status;

import io.pharos.httpapi.status.ClusterStatus;
import io.pharos.httpapi.status.ClusterStatus.State;
import io.pharos.httpapi.status.NodeReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The status of the cluster, made of what its members said. Pure. */
final class ClusterPicture {
    private ClusterPicture() {}

    /**
     * Puts the answers together.
     *
     * @param self the address of the node that asked
     * @param owners where this node believes each shard to be, by shard; the empty string where it does not know
     */
    static ClusterStatus of(
            String self, List<ClusterQuestions.Answer<NodeReport>> answers, List<String> owners, int ruleGroups) {
        List<ClusterStatus.Member> members = new ArrayList<>();
        List<String> failing = new ArrayList<>();
        Map<Integer, ClusterStatus.Shard> shards = new TreeMap<>();
        List<String> silent = new ArrayList<>();
        for (ClusterQuestions.Answer<NodeReport> answer : answers) {
            NodeReport report = answer.value();
            members.add(new ClusterStatus.Member(
                    answer.address(), answer.status(), answer.roles(), answer.detail(), report));
            if (report == null) {
                silent.add(answer.address());
                if (!isGone(answer.status())) {
                    failing.add(name(answer.address()) + ": " + answer.detail());
                }
            } else {
                report.failing()
                        .forEach(fault ->
                                failing.add(answers.size() == 1 ? fault : name(answer.address()) + ": " + fault));
                report.shards()
                        .forEach(shard -> shards.merge(shard.id(), shard(answer, shard), ClusterPicture::better));
            }
        }
        List<ClusterStatus.Shard> all = new ArrayList<>(owners.size());
        for (int id = 0; id < owners.size(); id++) {
            ClusterStatus.Shard known = shards.get(id);
            all.add(known == null ? unknown(id, owners.get(id), silent) : known);
        }
        return new ClusterStatus(self, members, all, ruleGroups, failing);
    }

    private static boolean isGone(String status) {
        return status.equals("left") || status.equals("downed");
    }

    /** Host and port, as people know a node. */
    private static String name(String address) {
        return address.substring(address.indexOf('@') + 1);
    }

    private static ClusterStatus.Shard shard(ClusterQuestions.Answer<NodeReport> answer, NodeReport.Shard shard) {
        return new ClusterStatus.Shard(
                shard.id(),
                answer.address(),
                shard.state(),
                shard.since(),
                shard.epoch(),
                shard.series(),
                shard.samples(),
                shard.samplesPerSecond());
    }

    /** Of two claims that which answers, of two that answer the one of the later epoch: the other node does not know it yet. */
    private static ClusterStatus.Shard better(ClusterStatus.Shard one, ClusterStatus.Shard other) {
        boolean oneAnswers = one.state() != State.RECOVERING;
        boolean otherAnswers = other.state() != State.RECOVERING;
        if (oneAnswers != otherAnswers) {
            return oneAnswers ? one : other;
        }
        return one.epoch() >= other.epoch() ? one : other;
    }

    private static ClusterStatus.Shard unknown(int id, @Nullable String owner, List<String> silent) {
        return owner != null && silent.contains(owner)
                ? new ClusterStatus.Shard(id, owner, State.UNKNOWN, null, 0, 0, 0, 0)
                : new ClusterStatus.Shard(id, "", State.UNASSIGNED, null, 0, 0, 0, 0);
    }
}
