package io.pharos.simulation.load;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the load is sent.
 *
 * @param urls base addresses, taken in turn
 * @param ticks how many intervals are sent, or null until stopped
 * @param senders requests under way at a time
 * @param lagMax samples that are older than this when their turn comes are skipped
 * @param grace how long requests may go on after the end
 * @param bearerToken the token sent with each request, or null
 */
public record LoadSettings(
        List<URI> urls,
        @Nullable Integer ticks,
        int senders,
        Duration lagMax,
        Duration grace,
        @Nullable String bearerToken) {
    /** Copies the list. */
    public LoadSettings {
        urls = List.copyOf(urls);
    }
}
