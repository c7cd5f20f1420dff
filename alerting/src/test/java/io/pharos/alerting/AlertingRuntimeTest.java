package io.pharos.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.pharos.alerting.route.AlertmanagerConfiguration;
import io.pharos.alerting.rule.RuleFiles;
import io.pharos.alerting.testing.FakeQueries;
import io.pharos.alerting.testing.FakeSink;
import io.pharos.alerting.testing.FakeTransport;
import io.pharos.alerting.testing.SwitchableJournal;
import io.pharos.alerting.testing.TestConfig;
import io.pharos.alerting.view.AlertState;
import io.pharos.alerting.view.AlertStatus;
import io.pharos.alerting.view.RuleGroupStatus;
import io.pharos.alerting.view.RuleStatus;
import io.pharos.conf.HoconReader;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of an alert on one node, over a journal that can be told to be silent and that outlives the node. */
final class AlertingRuntimeTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String RULES = """
            groups:
              - name: g
                interval: 200ms
                rules:
                  - record: job:errors
                    expr: sum(errors)
                  - alert: Errors
                    expr: errors > 1
                    labels: {severity: page}
                    annotations: {summary: "{{ $labels.job }} has {{ $value }}"}
            """;
    private static final String ROUTES = """
            route: {receiver: hook, group_by: [alertname], group_wait: 100ms, group_interval: 300ms}
            receivers:
              - name: hook
                webhook_configs: [{url: "http://127.0.0.1:1/hook"}]
            """;

    @TempDir
    Path directory;

    @TempDir
    Path secondDirectory;

    private final FakeQueries queries = new FakeQueries();
    private final FakeSink sink = new FakeSink();
    private final FakeTransport transport = new FakeTransport();
    private ActorTestKit kit;
    private AlertingRuntime runtime;
    private @Nullable ActorTestKit secondKit;

    @BeforeEach
    void start() throws Exception {
        SwitchableJournal.reset();
        startNode();
    }

    @AfterEach
    void stop() {
        runtime.stop();
        if (secondKit != null) {
            secondKit.shutdownTestKit();
        }
        kit.shutdownTestKit();
        SwitchableJournal.reset();
    }

    private void startNode() throws Exception {
        kit = ActorTestKit.create("AlertingRuntimeTest", akka());
        Cluster cluster = Cluster.get(kit.system());
        cluster.manager().tell(Join.create(cluster.selfMember().address()));
        runtime = runtime(kit, directory);
    }

    private static Config akka() {
        return ConfigFactory.parseString("""
                        akka.actor.provider = cluster
                        akka.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                        akka.cluster.min-nr-of-members = 1
                        # A node is a member, and has its shards, in tenths of seconds: each test waits for it.
                        akka.cluster.gossip-interval = 100ms
                        akka.cluster.leader-actions-interval = 100ms
                        akka.cluster.periodic-tasks-initial-delay = 100ms
                        akka.cluster.sharding.retry-interval = 200ms
                        akka.cluster.distributed-data.notify-subscribers-interval = 50ms
                        akka.cluster.jmx.multi-mbeans-in-same-jvm = on
                        akka.coordinated-shutdown.exit-jvm = off
                        """).withFallback(TestConfig.switchable());
    }

    private AlertingRuntime runtime(ActorTestKit of, Path spool) throws Exception {
        Config settings = HoconReader.read("test", """
                pharos.alerting { keep-alive = 200ms, journal-patience = 1s, journal-patience-while-away = 100ms,
                  journal-backoff-min = 100ms, journal-backoff-max = 200ms, notify-backoff-min = 100ms, resend-delay = 1s }
                """);
        AlertingRuntime started = AlertingRuntime.start(
                of.system(),
                AlertingSettings.of(settings),
                queries,
                sink,
                transport,
                InstantSource.system(),
                new PrometheusRegistry(),
                spool);
        started.apply(configuration("north"));
        return started;
    }

    private static AlertingConfiguration configuration(String region) throws Exception {
        return new AlertingConfiguration(
                new RuleFiles(Duration.ofSeconds(1), Duration.ZERO).read("r.yml", RULES),
                Optional.of(AlertmanagerConfiguration.read("am.yml", ROUTES)),
                Map.of("region", region),
                "http://pharos.example");
    }

    private void restartNode() throws Exception {
        runtime.stop();
        kit.shutdownTestKit();
        startNode();
    }

    private RuleGroupStatus group() {
        return runtime.ruleGroups().toCompletableFuture().join().get(0);
    }

    private AlertStatus firing() {
        return await().atMost(PATIENCE)
                .until(
                        () -> runtime.alerts().toCompletableFuture().join(),
                        alerts -> alerts.stream().anyMatch(alert -> alert.state() == AlertState.FIRING))
                .get(0);
    }

    private void awaitCalls(int count) {
        await().atMost(PATIENCE).until(() -> transport.calls().size() >= count);
    }

    @Test
    void anAlertFiresReachesItsReceiverAndIsResolved() {
        queries.answer("errors > 1", Map.of("__name__", "errors", "job", "api"), 5);
        queries.answer("sum(errors)", Map.of(), 5);
        awaitCalls(1);
        assertThat(transport.body(0))
                .contains("\"version\":\"4\"", "\"status\":\"firing\"", "\"summary\":\"api has 5\"")
                .contains("\"groupKey\":\"{}:{alertname=\\\"Errors\\\"}\"", "\"region\":\"north\"")
                .contains("\"endsAt\":\"0001-01-01T00:00:00Z\"", "\"truncatedAlerts\":0");
        assertThat(transport.header(0, "Idempotency-Key")).hasSize(32);
        await().atMost(PATIENCE).untilAsserted(() -> {
            RuleStatus rule = group().rules().get(1);
            assertThat(rule.state()).isEqualTo(AlertState.FIRING);
            assertThat(rule.health()).isEqualTo(RuleStatus.Health.OK);
        });
        await().atMost(PATIENCE)
                .until(
                        () -> sink.series()
                                .containsAll(
                                        List.of(
                                                "job:errors",
                                                "ALERTS{alertname=\"Errors\", alertstate=\"firing\", job=\"api\", severity=\"page\"}")));

        queries.empty("errors > 1");
        awaitCalls(2);
        assertThat(transport.body(1)).contains("\"status\":\"resolved\"").doesNotContain("firing");
        await().atMost(PATIENCE).until(() -> sink.stale().stream().anyMatch(series -> series.startsWith("ALERTS{")));
        await().atMost(PATIENCE).until(() -> runtime.notifications().delivered() == 2);
    }

    @Test
    void newExternalLabelsReachAlertsThatFireAlready() throws Exception {
        queries.answer("errors > 1", Map.of("job", "api"), 5);
        awaitCalls(1);
        assertThat(transport.body(0)).contains("\"region\":\"north\"");
        runtime.apply(configuration("south"));
        await().atMost(PATIENCE)
                .until(() -> IntStream.range(0, transport.calls().size())
                        .anyMatch(call -> transport.body(call).contains("\"region\":\"south\"")));
    }

    @Test
    void aFailedEvaluationChangesNothing() {
        queries.answer("errors > 1", Map.of("job", "api"), 5);
        AlertStatus before = firing();
        queries.fail("errors > 1", "shard 7 does not answer");
        await().atMost(PATIENCE).until(() -> group().rules().get(1).health() == RuleStatus.Health.ERROR);
        assertThat(group().rules().get(1).lastError()).isEqualTo("shard 7 does not answer");
        assertThat(firing().activeAt()).isEqualTo(before.activeAt());
    }

    @Test
    void aRestartKeepsTheAlertAndDeliversWhatWasNotDelivered() throws Exception {
        transport.answerWith(503);
        queries.answer("errors > 1", Map.of("job", "api"), 5);
        AlertStatus before = firing();
        awaitCalls(1);
        await().atMost(PATIENCE).until(() -> runtime.notifications().undelivered() == 1);
        queries.fail("errors > 1", "not now");
        restartNode();
        transport.answerWith(200);
        int calls = transport.calls().size();
        awaitCalls(calls + 1);
        assertThat(firing().activeAt()).isEqualTo(before.activeAt());
        assertThat(transport.header(calls, "Idempotency-Key")).isEqualTo(transport.header(0, "Idempotency-Key"));
    }

    @Test
    void aSilentJournalDelaysButNeverWithholds() throws Exception {
        await().atMost(PATIENCE).until(() -> group().rules().get(1).health() != RuleStatus.Health.UNKNOWN);
        SwitchableJournal.setSilent(true);
        queries.answer("errors > 1", Map.of("job", "api"), 5);
        awaitCalls(1);
        await().atMost(PATIENCE).until(() -> runtime.isJournalAway());
        AlertStatus before = firing();

        restartNode(); // the journal is still silent: the state comes from the spool
        assertThat(firing().activeAt()).isEqualTo(before.activeAt());

        SwitchableJournal.setSilent(false);
        await().atMost(PATIENCE).until(() -> directory.toFile().list().length == 0);
        assertThat(firing().activeAt()).isEqualTo(before.activeAt());
        await().atMost(PATIENCE).until(() -> !runtime.isJournalAway());

        restartNode(); // and now from the journal
        assertThat(firing().activeAt()).isEqualTo(before.activeAt());
    }

    @Test
    void whatADeadNodeToldWithoutTheJournalIsEndedByWhoeverRunsTheRuleNow() throws Exception {
        await().atMost(PATIENCE).until(() -> group().rules().get(1).health() != RuleStatus.Health.UNKNOWN);
        SwitchableJournal.setSilent(true);
        queries.answer("errors > 1", Map.of("job", "api"), 5);
        awaitCalls(1);
        runtime.stop();
        kit.shutdownTestKit(); // that it fired, and was told, stands in this node's spool alone
        Path left = directory;
        SwitchableJournal.setSilent(false);

        queries.empty("errors > 1");
        directory = secondDirectory;
        startNode();
        await().atMost(PATIENCE).until(() -> group().rules().get(1).health() == RuleStatus.Health.OK);
        assertThat(runtime.alerts().toCompletableFuture().join()).isEmpty();
        assertThat(transport.calls()).hasSize(1);

        secondKit = ActorTestKit.create("AlertingRuntimeTest", akka());
        Cluster.get(secondKit.system())
                .manager()
                .tell(Join.create(Cluster.get(kit.system()).selfMember().address()));
        AlertingRuntime again = runtime(secondKit, left);
        awaitCalls(2);
        assertThat(transport.body(1)).contains("\"status\":\"resolved\"", "\"job\":\"api\"");
        await().atMost(PATIENCE).until(() -> left.toFile().list().length == 0);
        again.stop();
    }

    @Test
    void aRuleThatLeavesTheConfigurationEndsItsSeries() {
        queries.answer("errors > 1", Map.of("job", "api"), 5);
        firing();
        runtime.apply(AlertingConfiguration.EMPTY);
        await().atMost(PATIENCE).until(() -> sink.stale().stream().anyMatch(series -> series.startsWith("ALERTS{")));
        await().atMost(PATIENCE)
                .until(() -> runtime.ruleGroups().toCompletableFuture().join().isEmpty());
    }
}
