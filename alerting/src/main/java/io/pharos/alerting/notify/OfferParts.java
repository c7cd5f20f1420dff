package io.pharos.alerting.notify;

import io.pharos.alerting.alert.OutgoingAlert;
import io.pharos.alerting.cluster.MessageParts;
import java.util.List;

/** Cuts an offer of many alerts into messages that may be sent between nodes. Pure. */
final class OfferParts {
    private static final int BYTES_AN_ALERT = 100;

    private OfferParts() {}

    static List<NotificationGroupActor.Offer> of(NotificationGroupActor.Offer offer) {
        return MessageParts.of(offer.alerts(), OfferParts::bytes).stream()
                .map(alerts -> new NotificationGroupActor.Offer(
                        offer.routeKey(), offer.receiver(), offer.groupLabels(), offer.groupKey(), alerts))
                .toList();
    }

    private static long bytes(OutgoingAlert alert) {
        return BYTES_AN_ALERT
                + MessageParts.texts(alert.labels())
                + MessageParts.texts(alert.annotations())
                + MessageParts.text(alert.generatorUrl());
    }
}
