package io.pharos.simulation.backfill;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which past is written, and where to.
 *
 * @param urls base addresses of Pharos nodes, taken in turn
 * @param servers simulated servers, at least 1
 * @param metrics metrics a server, at least 1
 * @param interval time between two samples of a series, 100 ms to 1 h
 * @param span how far back the past begins, from one interval to 400 days; it ends now
 * @param seed what the values depend on: with the seed of a simulation it goes on where the past ends
 * @param senders requests under way at a time, 1 to 4
 * @param bearerToken the token sent with each request, or null
 */
public record BackfillSettings(
        List<URI> urls,
        int servers,
        int metrics,
        Duration interval,
        Duration span,
        long seed,
        int senders,
        @Nullable String bearerToken) {
    /** Refuses what is outside the limits with an {@link IllegalArgumentException} that names the setting. */
    public BackfillSettings {
        urls = List.copyOf(urls);
        require(!urls.isEmpty(), "url: at least one address is needed");
        require(servers >= 1, "servers: at least 1, not " + servers);
        require(metrics >= 1, "metrics: at least 1, not " + metrics);
        require((long) servers * metrics <= 100_000_000, "servers x metrics: at most 100 million series");
        require(
                interval.compareTo(Duration.ofMillis(100)) >= 0 && interval.compareTo(Duration.ofHours(1)) <= 0,
                "interval: from 100ms to 1h");
        require(
                span.compareTo(interval) >= 0 && span.compareTo(Duration.ofDays(400)) <= 0,
                "backfill: from one interval to 400d");
        require(senders >= 1 && senders <= 4, "senders: a node reads up to 4 imports at a time, so from 1 to 4");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
