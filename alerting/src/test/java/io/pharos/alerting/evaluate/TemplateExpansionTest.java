package io.pharos.alerting.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.alerting.alert.AlertElement;
import io.pharos.alerting.rule.RuleFiles;
import io.pharos.alerting.rule.RuleGroup;
import io.pharos.alerting.testing.FakeQueries;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryValue;
import io.pharos.timeseries.labels.Labels;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TemplateExpansionTest {
    private static final RuleDefinitions DEFINITIONS = new RuleDefinitions() {
        @Override
        public Optional<RuleGroup> group(String key) {
            return Optional.empty();
        }

        @Override
        public Map<String, String> externalLabels() {
            return Map.of("region", "north");
        }

        @Override
        public String externalUrl() {
            return "http://pharos.example";
        }
    };

    private final FakeQueries queries = new FakeQueries();

    /** The annotations an alert gets from these templates. */
    private Map<String, String> annotations(String templates) throws Exception {
        String rules = "groups: [{name: g, rules: [{alert: A, expr: up, annotations: " + templates + "}]}]";
        RuleGroup group = new RuleFiles(Duration.ofSeconds(1), Duration.ZERO)
                .read("r.yml", rules)
                .get(0);
        List<AlertElement> elements = new TemplateExpansion(
                        group.alertingRules().get(0), queries, QueryOptions.defaults(), 1000, DEFINITIONS)
                .expand(List.of(new QueryValue.VectorSample(Labels.of("__name__", "up", "job", "api"), 1000, 5)))
                .toCompletableFuture()
                .join();
        assertThat(elements).hasSize(1);
        assertThat(elements.get(0).labels()).isEqualTo(Map.of("alertname", "A", "job", "api"));
        return elements.get(0).annotations();
    }

    @Test
    void queriesInsideTemplatesAreAskedAndTheExpansionGoesOn() throws Exception {
        queries.answer("errors", Map.of("job", "api"), 7);
        assertThat(annotations("{a: '{{ $labels.job }} in {{ $externalLabels.region }}',"
                        + " b: '{{ query \"errors\" | first | value }}'}"))
                .isEqualTo(Map.of("a", "api in north", "b", "7"));
    }

    @Test
    void whateverATemplateFailsOverTheAlertFires() throws Exception {
        Map<String, String> found = annotations("{a: '{{ query \"1 +\" | first | value }}',"
                + " b: '{{ reReplaceAll \"(a)\" \"$5\" \"a\" }}', c: '{{ $value }}'}");
        assertThat(found.get("a")).startsWith("<error expanding template: ");
        assertThat(found.get("b")).startsWith("<error expanding template: ");
        assertThat(found.get("c")).isEqualTo("5");
    }
}
