package io.pharos.timeseries.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LabelMatcherTest {
    private static final String[] PIECES = {
        "a", "b", "ab", ".*", ".+", "|", "(", ")", "(?:", "\\.", "\\d", ".", "?", "[ab]", "", "\n", "(?i)", "é", "\\-",
        "+"
    };

    @Test
    void theFastWayAndTheEngineAgree() {
        Random random = new Random(11);
        int fast = 0;
        for (int round = 0; round < 40_000; round++) {
            StringBuilder expression = new StringBuilder();
            for (int i = random.nextInt(5); i >= 0; i--) {
                expression.append(PIECES[random.nextInt(PIECES.length)]);
            }
            Pattern engine;
            try {
                engine = Pattern.compile("^(?s:" + expression + ")$");
            } catch (PatternSyntaxException invalid) {
                assertThatThrownBy(() -> LabelMatcher.of(LabelMatcher.Type.REGEX, "x", expression.toString()))
                        .isInstanceOf(PatternSyntaxException.class);
                continue;
            }
            LabelMatcher matcher = LabelMatcher.of(LabelMatcher.Type.REGEX, "x", expression.toString());
            LabelMatcher negative = LabelMatcher.of(LabelMatcher.Type.NOT_REGEX, "x", expression.toString());
            fast += SimplePattern.of(expression.toString()) != null ? 1 : 0;
            for (String candidate :
                    new String[] {"", "a", "b", "ab", "ba", "aab", "abab", ".", "a.b", "\n", "a\nb", "é"}) {
                assertThat(matcher.matches(candidate))
                        .as("'%s' against '%s'", expression, candidate)
                        .isEqualTo(engine.matches(candidate))
                        .isEqualTo(!negative.matches(candidate));
                if (matcher.patternMatchesNonEmpty() && !candidate.isEmpty()) {
                    assertThat(engine.matches(candidate))
                            .as(expression.toString())
                            .isTrue();
                }
            }
            Set<String> literals = matcher.literals();
            if (literals != null) {
                assertThat(literals).allMatch(engine::matches);
            }
        }
        assertThat(fast).isGreaterThan(5_000);
    }

    @Test
    void theUsualExpressionsNeedNoEngine() {
        assertThat(LabelMatcher.of(LabelMatcher.Type.REGEX, "x", "a|b\\.c|").literals())
                .containsExactlyInAnyOrder("a", "b.c", "");
        assertThat(LabelMatcher.of(LabelMatcher.Type.REGEX, "x", "(a|b)").literals())
                .containsExactlyInAnyOrder("a", "b");
        assertThat(SimplePattern.of("node-.*|web-.+")).isNotNull();
        assertThat(SimplePattern.of(".*cpu.*")).isNotNull();
        assertThat(LabelMatcher.of(LabelMatcher.Type.REGEX, "x", ".+").patternMatchesNonEmpty())
                .isTrue();
    }

    @Test
    void readsAsWritten() {
        assertThat(LabelMatcher.of(LabelMatcher.Type.NOT_REGEX, "x", "a\"b")).hasToString("x!~\"a\\\"b\"");
    }
}
