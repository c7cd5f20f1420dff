package io.pharos.alerting.route;

import io.pharos.httpclient.HttpClientSettings;
import io.pharos.httpclient.Secret;
import java.time.Duration;
import java.util.List;

/** Somebody who is told, by any number of webhooks; without one the receiver swallows what it gets. */
public record Receiver(String name, List<Webhook> webhooks) {
    /**
     * One webhook of a receiver.
     *
     * @param url where to post; a secret, since it often holds a token
     * @param sendResolved whether it is told when alerts have ended
     * @param alertsMax at most this many alerts in one message; 0 for all
     * @param timeout of one attempt
     */
    public record Webhook(
            Secret url, boolean sendResolved, int alertsMax, Duration timeout, HttpClientSettings client) {}
}
