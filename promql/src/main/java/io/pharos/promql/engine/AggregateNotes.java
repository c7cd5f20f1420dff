package io.pharos.promql.engine;

import io.pharos.promql.ast.AggregateOperator;
import io.pharos.promql.ast.Expr;
import io.pharos.promql.ast.Span;

/** Makes annotations of what an aggregation noticed about histograms. */
public record AggregateNotes(Annotations annotations, AggregateOperator operator, Span at) {
    /** Notes about an aggregation, at the place of what it aggregates. */
    public static AggregateNotes of(Annotations annotations, Expr.Aggregation aggregation) {
        return new AggregateNotes(
                annotations, aggregation.operator(), aggregation.operand().span());
    }

    void ignored() {
        annotations.histogramIgnoredInAggregation(operator.symbol(), at);
    }

    void floatsAndHistograms() {
        annotations.floatsAndHistogramsAggregated(at);
    }

    void exponentialAndCustom(String metric) {
        annotations.exponentialAndCustom(metric, at);
    }

    void reconciled() {
        annotations.boundsReconciled("aggregation", at);
    }

    void conflictingResets() {
        annotations.conflictingResets("aggregation", at);
    }
}
