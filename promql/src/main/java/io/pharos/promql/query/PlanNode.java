package io.pharos.promql.query;

import java.util.List;

/**
 * A node of a query's plan and what it cost. Three kinds: an operator of the root, a part of the query that ran beside the data,
 * and below a part each answer to it.
 *
 * @param what the operator; of a part its text; of an answer the number of its shards
 * @param where {@code root} for what ran on the node that was asked, with its address at the topmost one; how a part was split: its
 *     kind and how many answers came; of an answer the node it came from
 * @param series series read by the part or answer; of an operator of the root those it gave on
 * @param samples samples read by the part or answer; 0 of an operator of the root, which reads none
 * @param chunks chunks decoded by the part or answer
 * @param millis wall time: of an operator of the root with all below it there, of an answer its evaluation, of a part that of its
 *     slowest answer
 * @param children the nodes below
 */
public record PlanNode(
        String what, String where, long series, long samples, long chunks, double millis, List<PlanNode> children) {}
