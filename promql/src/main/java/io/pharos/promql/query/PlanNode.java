package io.pharos.promql.query;

import java.util.List;

/**
 * A node of a query's plan and what it cost.
 *
 * @param what the operator, or of a part that ran beside the data its text
 * @param where {@code root} for what ran where the query was asked, else how a part was split: its kind and how many answers came
 * @param series series read by the part; 0 of a node of the root, which reads none
 * @param samples samples read by the part
 * @param millis wall time of the slowest answer of a part; of the root's topmost node that of the whole query there, else 0
 * @param children the nodes below
 */
public record PlanNode(String what, String where, long series, long samples, double millis, List<PlanNode> children) {}
