package io.pharos.alerting.journal;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import io.pharos.alerting.alert.AlertPhase;
import io.pharos.alerting.alert.AlertRecord;
import io.pharos.alerting.alert.AlertRuleState;
import io.pharos.alerting.alert.AlertsTransitioned;
import io.pharos.alerting.testing.TestConfig;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class JournalActorTest {
    private static final JournalSettings SETTINGS = new JournalSettings(
            Duration.ofSeconds(5),
            Duration.ofMillis(500),
            100,
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            1000,
            1000);

    private final ActorTestKit kit = ActorTestKit.create("JournalActorTest", TestConfig.inMemory());
    private final TestProbe<JournalActor.Report> parent = kit.createTestProbe();

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
    }

    private static AlertsTransitioned event(long sequence, AlertPhase phase) {
        AlertRecord alert = new AlertRecord(Map.of("alertname", "A"), Map.of(), phase, 1000, 2000, 0, 0, 1);
        return new AlertsTransitioned(1, sequence, sequence, List.of(alert));
    }

    @Test
    void anEventIsRecordedOnceHoweverOftenItIsSentAndSurvivesARestart() {
        EventSourcedBehaviorTestKit<JournalActor.Append, JournalEvent, JournalState> journal =
                EventSourcedBehaviorTestKit.create(
                        kit.system(),
                        JournalActor.create("alert-rule|x", AlertRuleState.EMPTY, parent.ref(), SETTINGS),
                        EventSourcedBehaviorTestKit.enabledSerializationSettings()
                                .withVerifyCommands(false));
        assertThat(journal.runCommand(new JournalActor.Append(event(10, AlertPhase.PENDING)))
                        .events())
                .hasSize(1);
        assertThat(journal.runCommand(new JournalActor.Append(event(20, AlertPhase.FIRING)))
                        .events())
                .hasSize(1);
        assertThat(journal.runCommand(new JournalActor.Append(event(10, AlertPhase.PENDING)))
                        .events())
                .isEmpty();
        JournalState state = journal.restart().state();
        assertThat(state.sequence()).isEqualTo(20);
        assertThat(((AlertRuleState) state).alerts()).singleElement().satisfies(alert -> {
            assertThat(alert.phase()).isEqualTo(AlertPhase.FIRING);
            assertThat(alert.activeAtMillis()).isEqualTo(1000);
        });
    }

    @Test
    void alertsThatEarlierVersionsStoredFireAgain() throws Exception {
        EventSourcedBehaviorTestKit<JournalActor.Append, JournalEvent, JournalState> journal =
                EventSourcedBehaviorTestKit.create(
                        kit.system(),
                        JournalActor.create("alert-rule|stored", AlertRuleState.EMPTY, parent.ref(), SETTINGS),
                        EventSourcedBehaviorTestKit.enabledSerializationSettings()
                                .withVerifyCommands(false));
        // The rows of the journal that are kept as text.
        journal.persistenceTestKit().persistForRecovery("alert-rule|stored", List.of(stored("alerts-transitioned-1")));
        AlertRuleState state = (AlertRuleState) journal.restart().state();
        assertThat(state.alerts()).singleElement().satisfies(alert -> {
            assertThat(alert.phase()).isEqualTo(AlertPhase.FIRING);
            assertThat(alert.labels()).containsEntry("alertname", "Down").containsEntry("instance", "web-1");
            assertThat(alert.activeAtMillis()).isEqualTo(1_700_000_000_000L);
        });
    }

    private Object stored(String name) throws Exception {
        try (InputStream in =
                Objects.requireNonNull(JournalActorTest.class.getResourceAsStream("/golden/" + name + ".hex"), name)) {
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
            Serialization serialization = SerializationExtension.get(kit.system());
            int identifier =
                    serialization.serializerFor(AlertsTransitioned.class).identifier();
            return serialization
                    .deserialize(HexFormat.of().parseHex(lines.get(1)), identifier, lines.get(0))
                    .get();
        }
    }
}
