package io.pharos.promql.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.ConfigFactory;
import io.pharos.promql.query.Cancellation;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryValue;
import io.pharos.promql.script.MemorySource;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EngineTest {
    private final MemorySource source = new MemorySource();
    private final Engine engine = new Engine(EngineSettings.defaults());

    EngineTest() {
        for (int series = 0; series < 10; series++) {
            for (int i = 0; i <= 100; i++) {
                source.add(Labels.of("__name__", "x_total", "n", Integer.toString(series)), i * 15_000L, i * 15.0);
            }
        }
    }

    private QueryResult ask(EngineSettings settings, String query) {
        return new Engine(settings).range(query, 0, 1_500_000, 15_000, QueryOptions.defaults(), source);
    }

    @Test
    void defaultsAreThoseOfTheFileUsersEdit() {
        Path file = Path.of("..", "conf", "src", "main", "resources", "pharos", "promql.conf");
        assertThat(EngineSettings.of(ConfigFactory.parseFile(file.toFile()))).isEqualTo(EngineSettings.defaults());
    }

    @Test
    void rateOfASteadyCounterIsItsSlope() {
        QueryResult result = engine.instant("rate(x_total{n=\"3\"}[5m])", 1_500_000, QueryOptions.defaults(), source);
        QueryValue.VectorSample sample =
                ((QueryValue.Vector) result.value()).samples().get(0);
        assertThat(sample.labels()).isEqualTo(Labels.of("n", "3"));
        assertThat(sample.value()).isCloseTo(1, within(1e-12));
        assertThat(result.statistics().series()).isEqualTo(1);
        assertThat(result.statistics().samples()).isEqualTo(20);
    }

    @Test
    void numbersMadeOfHistogramsAreNumbersAlone() {
        Labels histogram = Labels.of("__name__", "h");
        source.add(histogram, 0, new MemorySource.Sample(Double.NaN, Histogram.EMPTY, 0));
        for (String numbers :
                new String[] {"count_over_time(h[5m])", "changes(h[5m])", "h == bool h", "h and x_total"}) {
            QueryResult result = engine.instant("max(" + numbers + ")", 60_000, QueryOptions.defaults(), source);
            assertThat(result.infos()).as(numbers).isEmpty();
        }
        assertThat(engine.instant("max(h)", 60_000, QueryOptions.defaults(), source)
                        .infos())
                .hasSize(1);
    }

    @Test
    void eachLimitNamesItselfAndItsSetting() {
        EngineSettings few = new EngineSettings(
                100, 5, 1000, 0.25, 10, Duration.ofMinutes(2), Duration.ofMinutes(1), Features.DEFAULTS);
        assertThatThrownBy(() -> ask(few, "x_total"))
                .hasMessageContaining("10 points")
                .hasMessageContaining("pharos.promql.steps-max");
        Engine small = new Engine(few);
        assertThatThrownBy(() -> small.instant("x_total", 1_500_000, QueryOptions.defaults(), source))
                .hasMessageContaining("more than 5 (pharos.promql.series-max)");
        assertThatThrownBy(
                        () -> small.instant("rate(x_total{n=\"1\"}[1h])", 1_500_000, QueryOptions.defaults(), source))
                .hasMessageContaining("more than 100 (pharos.promql.samples-max)");
        assertThatThrownBy(() ->
                        small.instant("max_over_time(vector(1)[1y:1ms])", 1_500_000, QueryOptions.defaults(), source))
                .hasMessageContaining("pharos.promql.samples-max");
    }

    @Test
    void gatheredSeriesAreBoundedByMemory() {
        EngineSettings narrow = new EngineSettings(
                1_000_000, 100, 10_000, 0.25, 1000, Duration.ofMinutes(2), Duration.ofMinutes(1), Features.DEFAULTS);
        Engine engineOfLittle = new Engine(narrow);
        QueryOptions options = QueryOptions.defaults();
        assertThat(engineOfLittle
                        .range("sum(x_total)", 0, 200_000, 1000, options, source)
                        .warnings())
                .isEmpty();
        for (String query : java.util.List.of(
                "x_total",
                "sum(x_total / on (n) x_total)",
                "quantile(0.5, x_total)",
                "sum(topk(9, x_total))",
                "sum by (n) (x_total)")) {
            assertThatThrownBy(() -> engineOfLittle.range(query, 0, 200_000, 1000, options, source))
                    .as(query)
                    .hasMessageContaining("more than 9 KiB (pharos.promql.memory-max)");
        }
    }

    @Test
    void cancelledQueriesEnd() {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel();
        QueryOptions options =
                new QueryOptions(Duration.ofMinutes(1), Duration.ofMinutes(5), 0, false, Duration.ZERO, cancellation);
        assertThatThrownBy(() -> engine.instant("sum(x_total)", 0, options, source))
                .isInstanceOfSatisfying(
                        QueryException.class,
                        failed -> assertThat(failed.kind()).isEqualTo(QueryException.Kind.CANCELED));
    }

    @Test
    void timeIsLimited() {
        QueryOptions options = QueryOptions.defaults().withTimeout(Duration.ofNanos(1));
        assertThatThrownBy(() -> engine.instant("sum(x_total)", 0, options, source))
                .isInstanceOfSatisfying(
                        QueryException.class,
                        failed -> assertThat(failed.kind()).isEqualTo(QueryException.Kind.TIMEOUT))
                .hasMessageContaining("timeout-max");
    }

    @Test
    void anAnswerBeyondTheLimitIsCutWithAWarning() {
        QueryResult result =
                engine.instant("x_total", 0, QueryOptions.defaults().withLimit(3), source);
        assertThat(((QueryValue.Vector) result.value()).samples()).hasSize(3);
        assertThat(result.warnings()).containsExactly("results truncated due to limit");
    }

    @Test
    void whatIsSwitchedOffIsRefusedWithItsSetting() {
        Engine plain = new Engine(
                EngineSettings.defaults().withFeatures(new Features(false, false, false, false, false, false)));
        String setting = " is experimental and not enabled (pharos.promql.";
        refused(plain, "1 +\n info(x)", "2:2: parse error: function \"info\"" + setting + "experimental-functions)");
        refused(
                plain,
                "limitk(2, x)",
                "1:1: parse error: aggregation \"limitk\"" + setting + "experimental-functions)");
        refused(plain, "x smoothed", "1:1: parse error: smoothed modifier" + setting + "extended-range-selectors)");
        refused(plain, "x + fill(0) y", "1:1: parse error: fill modifier" + setting + "binop-fill-modifiers)");
        refused(
                engine,
                "start_timestamp(x)",
                "1:1: parse error: function \"start_timestamp\"" + setting + "use-start-timestamps)");
    }

    private void refused(Engine asked, String query, String message) {
        assertThatThrownBy(() -> asked.instant(query, 0, QueryOptions.defaults(), source))
                .hasMessage(message);
    }

    @Test
    void rangesOfRangesAreRefused() {
        assertThatThrownBy(() -> engine.range("x_total[5m]", 0, 1000, 1000, QueryOptions.defaults(), source))
                .hasMessage(
                        "invalid expression type \"range vector\" for range query, must be Scalar or instant Vector");
    }

    @Test
    void theDeepestQueriesThatParseAreEvaluated() {
        String deep = "abs(".repeat(190) + "x_total" + ")".repeat(190);
        String longChain = "x_total" + " or x_total".repeat(490);
        for (String query : java.util.List.of(deep, longChain, "x_total" + " + 1".repeat(490))) {
            QueryResult result = engine.instant(query, 60_000, QueryOptions.defaults(), source);
            assertThat(((QueryValue.Vector) result.value()).samples()).hasSize(10);
        }
    }
}
