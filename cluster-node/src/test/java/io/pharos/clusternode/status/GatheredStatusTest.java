package io.pharos.clusternode.status;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Down;
import akka.cluster.typed.Join;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.pharos.alerting.view.NotificationAttempt;
import io.pharos.alerting.view.NotificationHistory;
import io.pharos.collection.target.ScrapeTargets;
import io.pharos.collection.target.TargetHealth;
import io.pharos.collection.target.TargetStatus;
import io.pharos.httpapi.status.ClusterStatus;
import io.pharos.httpapi.status.ClusterStatus.State;
import io.pharos.httpapi.status.Gathered;
import io.pharos.httpapi.status.NodeReport;
import io.pharos.httpapi.status.StorageStatus;
import io.pharos.sharding.placement.Draining;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.store.StorageStatistics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Three nodes in one JVM, each with a part of what there is, asked for the whole. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GatheredStatusTest {
    private static final int SHARDS = 7;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** So many that a node's answer takes several pages. */
    private static final int TARGETS = 400;

    private static final Instant THEN = Instant.parse("2026-11-20T12:00:00Z");
    private static final Config CONFIG =
            ConfigFactory.parseString("""
            akka {
              loglevel = OFF
              remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
              cluster.downing-provider-class = ""
              cluster.failure-detector.acceptable-heartbeat-pause = 1s
              coordinated-shutdown.run-by-actor-system-terminate = off
            }
            """).withFallback(ConfigFactory.parseResources("pharos-akka.conf"));

    private final List<ActorTestKit> kits = new ArrayList<>();
    private final List<GatheredStatus> nodes = new ArrayList<>();

    @BeforeAll
    void start() {
        for (int i = 0; i < 3; i++) {
            ActorTestKit kit = ActorTestKit.create(
                    "pharos", CONFIG.withFallback(ConfigFactory.load()).resolve());
            kits.add(kit);
            Cluster cluster = Cluster.get(kit.system());
            cluster.manager()
                    .tell(Join.create(
                            Cluster.get(kits.get(0).system()).selfMember().address()));
            nodes.add(GatheredStatus.start(kit.system(), local(i), statistics(), InstantSource.system()));
        }
        Awaitility.await().atMost(PATIENCE).until(() -> kits.stream().allMatch(kit -> membersUp(kit) == 3));
    }

    @AfterAll
    void stop() {
        kits.forEach(ActorTestKit::shutdownTestKit);
    }

    private static long membersUp(ActorTestKit kit) {
        return StreamSupport.stream(
                        Cluster.get(kit.system()).state().getMembers().spliterator(), false)
                .filter(member -> member.status().equals(MemberStatus.up()))
                .count();
    }

    private String address(int node) {
        return Cluster.get(kits.get(node).system()).selfMember().address().toString();
    }

    /** Node 0 has shards 0, 3 and 6, node 1 has 1 and 4, node 2 has 2; nobody has 5. */
    private GatheredStatus.Local local(int node) {
        List<NodeReport.Shard> shards = IntStream.range(0, SHARDS)
                .filter(shard -> shard % 3 == node && shard != 5)
                .mapToObj(shard -> new NodeReport.Shard(
                        shard, shard == 4 ? State.RECOVERING : State.RUNNING, THEN, 1, 10 + shard, 100, 1.5))
                .toList();
        NodeReport report = new NodeReport(
                "0.1.0",
                "http://127.0.0.1:" + (9090 + node),
                THEN,
                100,
                1000,
                new NodeReport.Log(true, Duration.ofMillis(5), 10, 1, 100),
                new NodeReport.Store(true, "here"),
                true,
                new NodeReport.Memory(1, 2, 3, 4, 5, 6, 0.75),
                Map.of("too_old", 5L),
                node,
                new NodeReport.RuleGroups(
                        1, new NodeReport.Evaluation("group-" + node, THEN.minusSeconds(node), Duration.ofSeconds(15))),
                shards,
                node == 1 ? List.of("something is wrong") : List.of(),
                List.of(new NodeReport.RollUp("1m", THEN.minusSeconds(node), Duration.ofSeconds(node))));
        return new GatheredStatus.Local(
                () -> report,
                () -> new ScrapeTargets(
                        IntStream.range(0, TARGETS)
                                .mapToObj(i -> target(node, i))
                                .toList(),
                        List.of(new TargetStatus.Dropped(Labels.of("job", "j"), "j")),
                        1),
                () -> new NotificationHistory(List.of(attempt(node)), node, 10, 1),
                () -> IntStream.range(0, SHARDS)
                        .mapToObj(shard -> shard == 5 ? "" : address(shard % 3))
                        .toList(),
                () -> 3);
    }

    private static TargetStatus target(int node, int i) {
        String instance = "host-%d-%03d:9100".formatted(node, i);
        return new TargetStatus(
                Labels.of("__address__", instance, "job", "j"),
                Labels.of("instance", instance, "job", "j"),
                "j",
                "http://" + instance + "/metrics",
                "http://" + instance + "/metrics",
                "x".repeat(100),
                i == 0 ? Optional.empty() : Optional.of(THEN),
                Duration.ofMillis(12),
                i == 0 ? TargetHealth.UNKNOWN : TargetHealth.UP,
                Duration.ofSeconds(15),
                Duration.ofSeconds(10));
    }

    private static NotificationAttempt attempt(int node) {
        return new NotificationAttempt(
                THEN.plusSeconds(node), "{}", "team", 0, "key-" + node, 1, 0, 1, 200, Duration.ofMillis(3), "");
    }

    private static StorageStatistics statistics() {
        return new StorageStatistics() {
            @Override
            public CompletionStage<Map<String, Long>> bytesByTable() {
                return CompletableFuture.completedFuture(Map.of("chunks", 600L, "log", 50L));
            }

            @Override
            public CompletionStage<Void> flush() {
                return CompletableFuture.completedFuture(null);
            }
        };
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(2, TimeUnit.MINUTES);
    }

    private static ClusterStatus.Member member(ClusterStatus status, String address) {
        return status.members().stream()
                .filter(member -> member.address().equals(address))
                .findFirst()
                .orElseThrow();
    }

    /** A node that stands still for a second or two is not asked in time, or looks unreachable: then the next look counts. */
    private static void eventually(ThrowingRunnable claim) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(claim);
    }

    @Test
    @Order(1)
    void anyNodeTellsOfAll() {
        eventually(this::assertAnyNodeTellsOfAll);
    }

    private void assertAnyNodeTellsOfAll() throws Exception {
        for (GatheredStatus node : nodes) {
            ClusterStatus status = get(node.cluster());
            assertThat(status.members())
                    .hasSize(3)
                    .allMatch(member -> member.status().equals("up"));
            assertThat(status.reports()).hasSize(3);
            assertThat(status.shards())
                    .extracting(ClusterStatus.Shard::owner)
                    .containsExactly(address(0), address(1), address(2), address(0), address(1), "", address(0));
            assertThat(status.shards().get(4).state()).isEqualTo(State.RECOVERING);
            assertThat(status.shards().get(4).since()).isEqualTo(THEN);
            assertThat(status.shards().get(5).state()).isEqualTo(State.UNASSIGNED);
            assertThat(status.notRunning()).isEqualTo(2);
            assertThat(status.refusals()).isEqualTo(Map.of("too_old", 15L));
            assertThat(status.rollUps())
                    .containsExactly(new NodeReport.RollUp("1m", THEN.minusSeconds(2), Duration.ofSeconds(2)));
            assertThat(java.util.Objects.requireNonNull(status.oldestEvaluation())
                            .group())
                    .isEqualTo("group-2");
            assertThat(status.failing()).singleElement().asString().endsWith(": something is wrong");
        }
        Gathered<StorageStatus> storage = get(nodes.get(2).storage());
        assertThat(storage.warnings()).isEmpty();
        assertThat(storage.value().series()).isEqualTo(10 + 11 + 12 + 13 + 14 + 16);
        assertThat(storage.value().samples()).isEqualTo(600);
        assertThat(storage.value().isSinceFirst()).as("a shard is missing").isFalse();
    }

    @Test
    @Order(2)
    void longAnswersComeInPages() {
        eventually(this::assertLongAnswersComeInPages);
    }

    private void assertLongAnswersComeInPages() throws Exception {
        Gathered<ScrapeTargets> targets = get(nodes.get(1).targets());
        assertThat(targets.warnings()).isEmpty();
        assertThat(targets.value().active()).hasSize(3 * TARGETS).contains(target(0, 0), target(2, TARGETS - 1));
        assertThat(targets.value().dropped()).hasSize(1);
        Gathered<NotificationHistory> history = get(nodes.get(0).notifications());
        assertThat(history.value())
                .isEqualTo(new NotificationHistory(List.of(attempt(2), attempt(1), attempt(0)), 3, 30, 3));
    }

    @Test
    @Order(3)
    void aDrainedNodeIsShownByAllUntilItGetsWorkAgain() throws Exception {
        Draining draining = new Draining(kits.get(0).system());
        String drained = address(1).substring(address(1).indexOf('@') + 1);
        get(draining.drain(drained));
        awaitStatus(1, "drained");
        eventually(() -> assertThat(get(nodes.get(2).cluster()).failing())
                .as("it is well")
                .singleElement()
                .asString()
                .endsWith(": something is wrong"));
        get(draining.undo(drained));
        awaitStatus(1, "up");
    }

    private void awaitStatus(int of, String status) {
        for (GatheredStatus node : nodes) {
            Awaitility.await(status)
                    .atMost(PATIENCE)
                    .until(() ->
                            member(get(node.cluster()), address(of)).status().equals(status));
        }
    }

    @Test
    @Order(4)
    void aNodeThatDoesNotAnswerIsPartOfThePicture() throws Exception {
        String gone = address(2);
        kits.get(2).system().terminate();
        kits.get(2).system().getWhenTerminated().toCompletableFuture().get(2, TimeUnit.MINUTES);

        eventually(() -> {
            ClusterStatus status = get(nodes.get(0).cluster());
            assertThat(member(status, gone).report()).isNull();
            assertThat(member(status, gone).detail()).isEqualTo("it did not answer within 2.0 s");
            assertThat(status.shards().get(2).state()).isEqualTo(State.UNKNOWN);
            assertThat(status.shards().get(2).owner()).isEqualTo(gone);
        });
        eventually(() -> assertThat(get(nodes.get(0).targets()).warnings())
                .containsExactly("the targets of " + gone + " are missing: it did not answer within 2.0 s"));
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> member(get(nodes.get(0).cluster()), gone).status().equals("unreachable"));

        Cluster cluster = Cluster.get(kits.get(0).system());
        cluster.manager().tell(new Down(akka.actor.AddressFromURIString.parse(gone)));
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> member(get(nodes.get(0).cluster()), gone).status().equals("downed"));
        eventually(() -> assertThat(get(nodes.get(0).cluster()).failing())
                .as("who is gone for good does not fail")
                .noneMatch(text -> text.contains(gone.substring(gone.indexOf('@') + 1))));
        eventually(() -> assertThat(get(nodes.get(0).targets()).warnings()).isEmpty());
    }
}
