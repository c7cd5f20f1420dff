package io.pharos.alerting.journal;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import akka.serialization.Serializers;
import io.pharos.alerting.alert.AlertPhase;
import io.pharos.alerting.alert.AlertRecord;
import io.pharos.alerting.alert.AlertRuleState;
import io.pharos.alerting.alert.AlertsTransitioned;
import io.pharos.alerting.notify.NotificationEvents.NotificationDelivered;
import io.pharos.alerting.notify.NotificationEvents.NotificationFailed;
import io.pharos.alerting.notify.NotificationEvents.NotificationIntended;
import io.pharos.alerting.notify.NotificationEvents.NotificationSummarized;
import io.pharos.alerting.notify.NotificationGroupState;
import io.pharos.alerting.notify.Notified;
import io.pharos.alerting.testing.TestConfig;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every form that was ever stored is read for ever: the first line of a golden file is the manifest, the second the bytes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GoldenEventsTest {
    private static final AlertRecord ALERT = new AlertRecord(
            new TreeMap<>(Map.of("alertname", "Down", "instance", "web-1")),
            new TreeMap<>(Map.of("summary", "web-1 is down")),
            AlertPhase.FIRING,
            1_700_000_000_000L,
            1_700_000_060_000L,
            0,
            0,
            1.5);
    private static final Notified NOTIFIED = new Notified(
            0, 3, 1_700_000_061_000L, List.of("00000000000000aa"), List.of("00000000000000bb"), "k", List.of());

    private final ActorTestKit kit = ActorTestKit.create("GoldenEventsTest", TestConfig.inMemory());
    private final Serialization serialization = SerializationExtension.get(kit.system());

    @AfterAll
    void stop() {
        kit.shutdownTestKit();
    }

    static List<Arguments> stored() {
        return List.of(
                Arguments.of(
                        "alerts-transitioned-1",
                        new AlertsTransitioned(1, 1_700_000_060_001L, 1_700_000_060_000L, List.of(ALERT))),
                Arguments.of("alert-rule-state-1", new AlertRuleState(1, 7, List.of(ALERT))),
                Arguments.of(
                        "notification-intended-1",
                        new NotificationIntended(
                                1, 5, 1_700_000_061_000L, 0, 3, "0123", List.of("00000000000000aa"), List.of())),
                Arguments.of(
                        "notification-delivered-1",
                        new NotificationDelivered(
                                1,
                                6,
                                1_700_000_062_000L,
                                0,
                                3,
                                "0123",
                                List.of("00000000000000aa"),
                                List.of(),
                                2,
                                200)),
                Arguments.of(
                        "notification-failed-1",
                        new NotificationFailed(1, 7, 1_700_000_063_000L, 0, 3, "0123", 4, "answered 503")),
                Arguments.of(
                        "notification-summarized-1",
                        new NotificationSummarized(1, 8, 1_700_000_064_000L, List.of(NOTIFIED))),
                Arguments.of("notification-group-state-1", new NotificationGroupState(1, 9, List.of(NOTIFIED))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stored")
    void whatWasStoredIsReadAndWrittenAsItWas(String name, Object value) throws Exception {
        Serializer serializer = serialization.findSerializerFor(value);
        String manifest = Serializers.manifestFor(serializer, value);
        String hex = HexFormat.of().formatHex(serializer.toBinary(value));
        String golden;
        try (InputStream in = GoldenEventsTest.class.getResourceAsStream("/golden/" + name + ".hex")) {
            assertThat(in)
                    .as("golden file of %s; new content:\n%s\n%s", name, manifest, hex)
                    .isNotNull();
            golden = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
        List<String> lines = golden.lines().toList();
        assertThat(manifest).isEqualTo(lines.get(0));
        assertThat(hex).isEqualTo(lines.get(1));
        Object read = serialization
                .deserialize(HexFormat.of().parseHex(lines.get(1)), serializer.identifier(), lines.get(0))
                .get();
        assertThat(read).isEqualTo(value);
    }
}
