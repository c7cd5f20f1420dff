package io.pharos.promql.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ExemplarQueriesTest {
    private static String selectors(String expression) {
        return ExemplarQueries.selectors(expression).toString();
    }

    @Test
    void everySelectorCountsWhereverItStandsAndEachOnce() {
        assertThat(
                        ExemplarQueries.selectors(
                                "topk(scalar(k), rate(a{x=~\"1|2\"}[5m] offset 1h)) / on(y) max_over_time(b[1h:1m]) + -(a{x=~\"1|2\"} @ 7)"))
                .hasSize(3);
        assertThat(selectors("rate(a{x=\"1\"}[5m])")).isEqualTo(selectors("a{x=\"1\"}"));
        assertThat(ExemplarQueries.selectors("1 + time()")).isEmpty();
    }

    @Test
    void whatIsNoExpressionIsBadData() {
        assertThatThrownBy(() -> ExemplarQueries.selectors("rate("))
                .isInstanceOfSatisfying(
                        QueryException.class,
                        wrong -> assertThat(wrong.kind()).isEqualTo(QueryException.Kind.BAD_DATA));
    }
}
