package io.pharos.alerting.notify;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.alerting.alert.OutgoingAlert;
import io.pharos.alerting.cluster.MessageParts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OfferPartsTest {
    private static NotificationGroupActor.Offer offer(int alerts, int annotation) {
        List<OutgoingAlert> all = new ArrayList<>();
        for (int i = 0; i < alerts; i++) {
            all.add(new OutgoingAlert(
                    Map.of("alertname", "A", "i", "" + i),
                    Map.of("summary", "ä".repeat(annotation)),
                    1,
                    2,
                    "http://x"));
        }
        return new NotificationGroupActor.Offer("{}", "hook", Map.of(), "{}", all);
    }

    @Test
    void everyAlertIsInOnePartAndNoPartIsTooLarge() {
        NotificationGroupActor.Offer whole = offer(500, 400);
        List<NotificationGroupActor.Offer> parts = OfferParts.of(whole);
        List<OutgoingAlert> together = new ArrayList<>();
        for (NotificationGroupActor.Offer part : parts) {
            assertThat(part.alerts().size() * 800).isLessThanOrEqualTo(MessageParts.BYTES_MAX);
            together.addAll(part.alerts());
        }
        assertThat(together).isEqualTo(whole.alerts());
    }

    @Test
    void aFewAlertsAreOneMessageAndALargeOneIsAlone() {
        NotificationGroupActor.Offer few = offer(3, 10);
        assertThat(OfferParts.of(few)).containsExactly(few);
        assertThat(OfferParts.of(offer(3, 40_000))).hasSize(3);
        assertThat(OfferParts.of(offer(0, 0))).hasSize(1);
    }
}
