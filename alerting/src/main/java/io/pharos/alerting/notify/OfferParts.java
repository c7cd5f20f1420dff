package io.pharos.alerting.notify;

import io.pharos.alerting.alert.OutgoingAlert;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Cuts an offer of many alerts into messages that may be sent between nodes: Akka would drop a larger one. Pure. */
final class OfferParts {
    /** With what goes beside it a message stays under 128 KiB. */
    static final int BYTES_MAX = 64 << 10;

    private static final int BYTES_AN_ALERT = 100;
    private static final int BYTES_A_TEXT = 3;

    private OfferParts() {}

    static List<NotificationGroupActor.Offer> of(NotificationGroupActor.Offer offer) {
        List<NotificationGroupActor.Offer> parts = new ArrayList<>(1);
        int from = 0;
        long bytes = 0;
        for (int i = 0; i < offer.alerts().size(); i++) {
            long more = bytes(offer.alerts().get(i));
            if (bytes + more > BYTES_MAX && i > from) {
                parts.add(part(offer, from, i));
                from = i;
                bytes = 0;
            }
            bytes += more;
        }
        parts.add(from == 0 ? offer : part(offer, from, offer.alerts().size()));
        return parts;
    }

    private static NotificationGroupActor.Offer part(NotificationGroupActor.Offer offer, int from, int to) {
        return new NotificationGroupActor.Offer(
                offer.routeKey(),
                offer.receiver(),
                offer.groupLabels(),
                offer.groupKey(),
                List.copyOf(offer.alerts().subList(from, to)));
    }

    /** About what Jackson makes of it, rather more. */
    private static long bytes(OutgoingAlert alert) {
        return BYTES_AN_ALERT + texts(alert.labels()) + texts(alert.annotations()) + utf8(alert.generatorUrl());
    }

    private static long texts(Map<String, String> texts) {
        long bytes = 0;
        for (Map.Entry<String, String> text : texts.entrySet()) {
            bytes += 2 * BYTES_A_TEXT + utf8(text.getKey()) + utf8(text.getValue());
        }
        return bytes;
    }

    private static long utf8(String text) {
        long bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 0 : c < 0x800 ? 1 : 2;
        }
        return bytes;
    }
}
