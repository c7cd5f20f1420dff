package io.pharos.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializers;
import akka.serialization.jackson.JacksonCborSerializer;
import io.pharos.alerting.alert.AlertPhase;
import io.pharos.alerting.alert.AlertRecord;
import io.pharos.alerting.alert.OutgoingAlert;
import io.pharos.alerting.evaluate.RuleGroupActor;
import io.pharos.alerting.journal.Adopted;
import io.pharos.alerting.journal.AlertingSerializable;
import io.pharos.alerting.notify.NotificationGroupActor;
import io.pharos.alerting.notify.Notified;
import io.pharos.alerting.testing.TestConfig;
import io.pharos.alerting.view.AlertState;
import io.pharos.alerting.view.AlertStatus;
import io.pharos.alerting.view.RuleGroupStatus;
import io.pharos.alerting.view.RuleStatus;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the entities of this module are told by other nodes, and answer them, is written as CBOR and comes back as it was. */
class RemoteMessagesTest {
    private final ActorTestKit kit = ActorTestKit.create("RemoteMessagesTest", TestConfig.inMemory());

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
    }

    private List<Object> examples() {
        ActorRef<RuleGroupActor.StatusPage> replyTo =
                kit.<RuleGroupActor.StatusPage>createTestProbe().ref();
        AlertStatus alert = new AlertStatus(
                Map.of("alertname", "A"), Map.of("summary", "s"), AlertState.FIRING, Instant.EPOCH, null, 1.5);
        RuleStatus rule = new RuleStatus(
                true,
                "A",
                "up == 0",
                Map.of("severity", "page"),
                Duration.ofMinutes(5),
                Duration.ZERO,
                Map.of(),
                AlertState.FIRING,
                List.of(alert),
                RuleStatus.Health.OK,
                "",
                Duration.ofMillis(3),
                Instant.EPOCH);
        RuleGroupStatus group = new RuleGroupStatus(
                "g", "f.yml", Duration.ofMinutes(1), 0, List.of(rule), Duration.ofMillis(4), null, 0, true);
        OutgoingAlert outgoing = new OutgoingAlert(Map.of("alertname", "A"), Map.of(), 1, 2, "http://x");
        AlertRecord left =
                new AlertRecord(Map.of("a", "b"), Map.of("s", "t"), AlertPhase.FIRING, 1, 2, 3, 4, Double.NaN);
        Adopted answer = new Adopted("alert-rule_1.7.left", 3);
        ActorRef<Adopted> answers = kit.<Adopted>createTestProbe().ref();
        return List.of(
                new RuleGroupActor.Refresh(),
                new RuleGroupActor.GetStatus(1, 2, replyTo),
                new RuleGroupActor.StatusPage(group, 3, 4),
                new RuleGroupActor.Adopt("alert-rule|1", 1, List.of(left), answer, answers),
                new RuleGroupActor.Stop(),
                new NotificationGroupActor.Offer("{}", "hook", Map.of("a", "b"), "{}", List.of(outgoing)),
                new NotificationGroupActor.Adopt(
                        List.of(new Notified(0, 1, 2, List.of("a"), List.of("b"), "key", List.of("c"))),
                        answer,
                        answers),
                answer,
                new NotificationGroupActor.Stop());
    }

    @Test
    void everyMessageOfAnEntityIsWrittenAndRead() {
        Serialization serialization = SerializationExtension.get(kit.system());
        Set<Class<?>> shown = new HashSet<>();
        for (Object message : examples()) {
            akka.serialization.Serializer serializer = serialization.findSerializerFor(message);
            assertThat(serializer).isInstanceOf(JacksonCborSerializer.class);
            Object back = serialization
                    .deserialize(
                            serialization.serialize(message).get(),
                            serializer.identifier(),
                            Serializers.manifestFor(serializer, message))
                    .get();
            assertThat(back).isEqualTo(message);
            shown.add(message.getClass());
        }
        for (Class<?> protocol : List.of(RuleGroupActor.Command.class, NotificationGroupActor.Command.class)) {
            for (Class<?> command : protocol.getPermittedSubclasses()) {
                // Commands that are not private can be told from elsewhere.
                if (!Modifier.isPrivate(command.getModifiers())) {
                    assertThat(AlertingSerializable.class).isAssignableFrom(command);
                    assertThat(shown).contains(command);
                }
            }
        }
    }
}
