package io.pharos.alerting.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import io.pharos.alerting.alert.AlertSettings;
import io.pharos.alerting.alert.OutgoingAlert;
import io.pharos.alerting.journal.JournalDeps;
import io.pharos.alerting.journal.JournalHealth;
import io.pharos.alerting.journal.JournalSettings;
import io.pharos.alerting.journal.Spool;
import io.pharos.alerting.rule.RuleFiles;
import io.pharos.alerting.rule.RuleGroup;
import io.pharos.alerting.testing.FakeQueries;
import io.pharos.alerting.testing.FakeSink;
import io.pharos.alerting.testing.MutableClock;
import io.pharos.alerting.testing.SwitchableJournal;
import io.pharos.alerting.testing.TestConfig;
import io.pharos.alerting.view.RuleGroupStatus;
import io.pharos.alerting.view.RuleStatus;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One group with time in the test's hand: the grid, recording rules, limits and alerts. */
final class RuleGroupActorTest {
    private static final String RULES = """
            groups:
              - name: g
                interval: 10s
                limit: 2
                rules:
                  - record: job:load
                    expr: load
                    labels: {kept: "yes"}
                  - alert: High
                    expr: load > 1
                    for: 20s
                    annotations: {summary: "{{ range query `load` }}{{ .Labels.job }}={{ .Value }};{{ end }}"}
            """;
    private static final JournalSettings JOURNAL = new JournalSettings(
            Duration.ofSeconds(500),
            Duration.ofMillis(500),
            100,
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            1 << 20,
            1 << 20);

    @TempDir
    Path directory;

    private final ActorTestKit kit =
            ActorTestKit.create("RuleGroupActorTest", ManualTime.config().withFallback(TestConfig.switchable()));
    private final ManualTime time = ManualTime.get(kit.system());
    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final FakeQueries queries = new FakeQueries();
    private final FakeSink sink = new FakeSink();
    private final List<OutgoingAlert> sent = new CopyOnWriteArrayList<>();
    private final TestProbe<RuleGroupStatus> probe = kit.createTestProbe();
    private ActorRef<RuleGroupActor.Command> actor;
    private @Nullable Duration untilFirst;

    @BeforeEach
    void start() throws Exception {
        SwitchableJournal.reset();
        RuleGroup group = new RuleFiles(Duration.ofMinutes(1), Duration.ZERO)
                .read("r.yml", RULES)
                .get(0);
        PrometheusRegistry registry = new PrometheusRegistry();
        RuleDefinitions definitions = new RuleDefinitions() {
            @Override
            public Optional<RuleGroup> group(String key) {
                return Optional.of(group);
            }

            @Override
            public Map<String, String> externalLabels() {
                return Map.of();
            }

            @Override
            public String externalUrl() {
                return "";
            }
        };
        RuleGroupActor.Deps deps = new RuleGroupActor.Deps(
                new EvaluationSettings(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(3)),
                new AlertSettings(Duration.ofMinutes(1), Duration.ofMinutes(15)),
                definitions,
                queries,
                sink,
                sent::addAll,
                new JournalDeps(
                        JOURNAL, new JournalHealth(registry), new Spool(kit.system(), directory, JOURNAL, registry)),
                clock,
                new EvaluationMetrics(registry));
        actor = kit.spawn(RuleGroupActor.create(group.key(), deps));
        actor.tell(new RuleGroupActor.Refresh());
        long now = clock.millis();
        untilFirst = Duration.ofMillis(EvaluationGrid.of(group.key(), 10_000).after(now - 1) - now);
        status();
    }

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
        SwitchableJournal.reset();
    }

    private RuleGroupStatus status() {
        actor.tell(new RuleGroupActor.GetStatus(probe.ref()));
        return probe.receiveMessage();
    }

    /** Time passes up to the next evaluation, and that ends. */
    private void tick() {
        Instant before = status().lastEvaluation();
        Duration step = untilFirst == null ? Duration.ofSeconds(10) : untilFirst;
        untilFirst = null;
        clock.advance(step);
        time.timePasses(step);
        await().until(() -> !java.util.Objects.equals(status().lastEvaluation(), before));
    }

    private RuleStatus rule(int index) {
        return status().rules().get(index);
    }

    @Test
    void evaluationsLieOnTheGridAndMissedOnesAreCounted() {
        tick();
        Instant first = java.util.Objects.requireNonNull(status().lastEvaluation());
        tick();
        assertThat(status().lastEvaluation()).isEqualTo(first.plusSeconds(10));
        clock.advance(Duration.ofSeconds(30)); // the node was paused
        tick();
        assertThat(status().lastEvaluation()).isEqualTo(first.plusSeconds(50));
        assertThat(status().evaluationsMissed()).isEqualTo(3);
    }

    @Test
    void aRecordingRuleWritesItsSeriesAndEndsThem() {
        queries.answer("load", Map.of("__name__", "load", "job", "a"), 1);
        tick();
        assertThat(sink.series()).contains("job:load{job=\"a\", kept=\"yes\"}");
        queries.empty("load");
        tick();
        assertThat(sink.stale()).containsExactly("job:load{job=\"a\", kept=\"yes\"}");
    }

    @Test
    void equalSeriesAndTooManyAreErrorsAndNothingIsWritten() {
        queries.answer("load", Map.of("__name__", "x", "job", "a"), 1);
        queries.answer("load", Map.of("__name__", "y", "job", "a"), 2);
        tick();
        assertThat(rule(0).health()).isEqualTo(RuleStatus.Health.ERROR);
        assertThat(rule(0).lastError()).contains("same labelset");
        queries.empty("load");
        for (String job : List.of("a", "b", "c")) {
            queries.answer("load", Map.of("job", job), 1);
        }
        tick();
        assertThat(rule(0).lastError()).isEqualTo("exceeded limit of 2 with 3 series");
        assertThat(sink.batches()).isEmpty();
    }

    @Test
    void anAlertIsPendingFiresAndAsksQueriesInItsTemplates() {
        queries.answer("load", Map.of("job", "a"), 7);
        queries.answer("load > 1", Map.of("job", "a"), 7);
        tick();
        assertThat(sink.series()).contains("ALERTS{alertname=\"High\", alertstate=\"pending\", job=\"a\"}");
        assertThat(sent).isEmpty();
        tick();
        tick();
        assertThat(sink.stale()).contains("ALERTS{alertname=\"High\", alertstate=\"pending\", job=\"a\"}");
        assertThat(sink.series())
                .contains(
                        "ALERTS{alertname=\"High\", alertstate=\"firing\", job=\"a\"}",
                        "ALERTS_FOR_STATE{alertname=\"High\", job=\"a\"}");
        await().until(() -> sent.size() == 1);
        assertThat(sent.get(0).annotations()).containsEntry("summary", "a=7;");

        for (String job : List.of("b", "c")) {
            queries.answer("load > 1", Map.of("job", job), 7);
        }
        tick();
        assertThat(rule(1).lastError()).isEqualTo("exceeded limit of 2 with 3 alerts");
        assertThat(rule(1).alerts()).isEmpty();
    }
}
