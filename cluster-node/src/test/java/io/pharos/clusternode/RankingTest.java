package io.pharos.clusternode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RankingTest {
    private static final double A_LITTLE = 1e-12;

    @Test
    void onlyAnOutermostTopkOrBottomkRanks() {
        assertThat(Objects.requireNonNull(Ranking.of("(topk(3, rate(m[10s])))")).operand())
                .isEqualTo("rate(m[10s])");
        assertThat(Ranking.of("bottomk by (cpu) (2, m)")).isNotNull();
        assertThat(Ranking.of("sum(topk(3, m))")).isNull();
        assertThat(Ranking.of("sort_desc(m)")).isNull();
    }

    @Test
    void whoSharesTheLastPlaceMayBeEither() {
        assertThat(left("topk(2, m)", Map.of("a", 5.0, "b", 3.0), Map.of("a", 5.0, "c", 3.0 + A_LITTLE)))
                .isEqualTo("{a=5.0} {a=5.0}");
        assertThat(left("bottomk(2, m)", Map.of("a", 1.0, "b", 3.0), Map.of("a", 1.0, "c", 3.0)))
                .isEqualTo("{a=1.0} {a=1.0}");
    }

    @Test
    void nothingElseIsForgiven() {
        assertThat(left("topk(2, m)", Map.of("a", 5.0, "b", 3.0), Map.of("b", 3.0, "c", 5.0)))
                .as("the first place")
                .isEqualTo("{a=5.0, b=3.0} {b=3.0, c=5.0}");
        assertThat(left("topk(2, m)", Map.of("a", 5.0, "b", 3.0), Map.of("a", 5.0, "c", 2.9)))
                .as("another value")
                .isEqualTo("{a=5.0, b=3.0} {a=5.0, c=2.9}");
        assertThat(left("topk(2, m)", Map.of("a", 5.0, "b", 3.0), Map.of("a", 5.0)))
                .as("a series less")
                .isEqualTo("{a=5.0, b=3.0} {a=5.0}");
    }

    @Test
    void placesAreCountedInAGroup() {
        assertThat(left("topk by (name) (1, m)", Map.of("a", 5.0, "b", 3.0), Map.of("a", 5.0, "c", 3.0)))
                .isEqualTo("{a=5.0, b=3.0} {a=5.0, c=3.0}");
        assertThat(left("topk without (name) (2, m)", Map.of("a", 5.0, "b", 3.0), Map.of("a", 5.0, "c", 3.0)))
                .isEqualTo("{a=5.0} {a=5.0}");
    }

    /** What is left of two answers by the name of their series. */
    private static String left(String expression, Map<String, Double> theirs, Map<String, Double> ours) {
        Map<AnswerPoint, Double> expected = answer(theirs);
        Map<AnswerPoint, Double> actual = answer(ours);
        Objects.requireNonNull(Ranking.of(expression))
                .takeOutSwapped(
                        expected,
                        actual,
                        (one, other) -> one != null && other != null && Math.abs(one - other) <= 2 * A_LITTLE);
        return names(expected) + " " + names(actual);
    }

    private static Map<AnswerPoint, Double> answer(Map<String, Double> values) {
        Map<AnswerPoint, Double> answer = new TreeMap<>();
        values.forEach((name, value) -> answer.put(new AnswerPoint(new TreeMap<>(Map.of("name", name)), 1, ""), value));
        return answer;
    }

    private static Map<String, Double> names(Map<AnswerPoint, Double> answer) {
        Map<String, Double> names = new TreeMap<>();
        answer.forEach((point, value) -> names.put(point.labels().get("name"), value));
        return names;
    }
}
