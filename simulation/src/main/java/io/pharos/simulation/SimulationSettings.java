package io.pharos.simulation;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a simulation sends, where to, and how it may be steered; every limit is checked here.
 *
 * @param urls base addresses of Pharos nodes (scheme, host, port), taken in turn; one that fails is left for the next
 * @param servers simulated servers, at least 1
 * @param metrics metrics a server, at least 1
 * @param interval time between two samples of a series, 100 ms to 1 h
 * @param duration how long samples are generated, or null until stopped
 * @param behind how far in the past the first sample lies; the simulation catches up as fast as the answers come
 * @param seed what the values depend on, beside server, metric and time
 * @param samplesPerRequest most samples a request, 1 to 50,000
 * @param senders requests under way at a time, 1 to 64
 * @param ledger the file that records acknowledged batches, or null
 * @param controlPort loopback port that takes incidents, 0 for any free one, or -1 for none
 * @param portFile the file that tells the control port while the simulation runs, or null
 * @param incidentAfter when the first CPU incident starts by itself, or null for never
 * @param incidentFor how long that incident lasts
 * @param bearerToken the token sent with each request, or null
 * @param exemplars whether traces of some requests are sent beside the samples
 */
public record SimulationSettings(
        List<URI> urls,
        int servers,
        int metrics,
        Duration interval,
        @Nullable Duration duration,
        Duration behind,
        long seed,
        int samplesPerRequest,
        int senders,
        @Nullable Path ledger,
        int controlPort,
        @Nullable Path portFile,
        @Nullable Duration incidentAfter,
        Duration incidentFor,
        @Nullable String bearerToken,
        boolean exemplars) {

    /** The longest time the simulation lags behind before it skips samples, and so the longest {@code behind}. */
    public static final Duration LAG_MAX = Duration.ofHours(1);

    /** Refuses what is outside the limits with an {@link IllegalArgumentException} that names the setting. */
    public SimulationSettings {
        urls = List.copyOf(urls);
        require(!urls.isEmpty(), "url: at least one address is needed");
        for (URI url : urls) {
            require(
                    url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme())),
                    "url: '" + url + "' is not like http://127.0.0.1:9090");
        }
        require(servers >= 1, "servers: at least 1, not " + servers);
        require(metrics >= 1, "metrics: at least 1, not " + metrics);
        require((long) servers * metrics <= 100_000_000, "servers x metrics: at most 100 million series");
        require(
                interval.compareTo(Duration.ofMillis(100)) >= 0 && interval.compareTo(Duration.ofHours(1)) <= 0,
                "interval: from 100ms to 1h");
        require(duration == null || duration.compareTo(interval) >= 0, "duration: at least one interval");
        require(!behind.isNegative() && behind.compareTo(LAG_MAX) <= 0, "behind: from 0 to 1h");
        require(samplesPerRequest >= 1 && samplesPerRequest <= 50_000, "samples per request: from 1 to 50000");
        require(senders >= 1 && senders <= 64, "senders: from 1 to 64");
        require(controlPort >= -1 && controlPort <= 65_535, "control port: from 0 to 65535, or -1 for none");
        require(incidentAfter == null || !incidentAfter.isNegative(), "incident after: not negative");
        require(incidentFor.compareTo(Duration.ofSeconds(1)) >= 0, "incident for: at least 1s");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** A builder with the defaults: 20 servers, 50 metrics, 10 s, until stopped, 2,000 samples a request, 2 senders. */
    public static Builder builder(List<URI> urls) {
        return new Builder(urls);
    }

    /**
     * What {@code pharos demo} runs: 40 servers with 50 metrics every 2 s, with exemplars, and a CPU incident of 25 s that starts
     * after 10 s.
     */
    public static Builder demo(List<URI> urls) {
        return builder(urls)
                .servers(40)
                .metrics(50)
                .interval(Duration.ofSeconds(2))
                .exemplars(true)
                .incidentAfter(Duration.ofSeconds(10))
                .incidentFor(Duration.ofSeconds(25));
    }

    /** Gathers settings; what is not set keeps its default. */
    public static final class Builder {
        private final List<URI> urls;
        private int servers = 20;
        private int metrics = 50;
        private Duration interval = Duration.ofSeconds(10);
        private @Nullable Duration duration;
        private Duration behind = Duration.ZERO;
        private long seed = 1;
        private int samplesPerRequest = 2_000;
        private int senders = 2;
        private @Nullable Path ledger;
        private int controlPort;
        private @Nullable Path portFile;
        private @Nullable Duration incidentAfter;
        private Duration incidentFor = Duration.ofSeconds(30);
        private @Nullable String bearerToken;
        private boolean exemplars;

        private Builder(List<URI> urls) {
            this.urls = urls;
        }

        /** Sets the number of servers. */
        public Builder servers(int value) {
            servers = value;
            return this;
        }

        /** Sets the number of metrics a server. */
        public Builder metrics(int value) {
            metrics = value;
            return this;
        }

        /** Sets the time between two samples of a series. */
        public Builder interval(Duration value) {
            interval = value;
            return this;
        }

        /** Sets how long samples are generated; null until stopped. */
        public Builder duration(@Nullable Duration value) {
            duration = value;
            return this;
        }

        /** Sets how far in the past the first sample lies. */
        public Builder behind(Duration value) {
            behind = value;
            return this;
        }

        /** Sets the seed. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /** Sets the most samples a request. */
        public Builder samplesPerRequest(int value) {
            samplesPerRequest = value;
            return this;
        }

        /** Sets the requests under way at a time. */
        public Builder senders(int value) {
            senders = value;
            return this;
        }

        /** Sets the ledger's file; null for none. */
        public Builder ledger(@Nullable Path value) {
            ledger = value;
            return this;
        }

        /** Sets the control port; 0 for any free one, -1 for none. */
        public Builder controlPort(int value) {
            controlPort = value;
            return this;
        }

        /** Sets the file that tells the control port; null for none. */
        public Builder portFile(@Nullable Path value) {
            portFile = value;
            return this;
        }

        /** Sets when the first CPU incident starts by itself; null for never. */
        public Builder incidentAfter(@Nullable Duration value) {
            incidentAfter = value;
            return this;
        }

        /** Sets how long that incident lasts. */
        public Builder incidentFor(Duration value) {
            incidentFor = value;
            return this;
        }

        /** Sets the token sent with each request; null for none. */
        public Builder bearerToken(@Nullable String value) {
            bearerToken = value;
            return this;
        }

        /** Sets whether traces of some requests are sent. */
        public Builder exemplars(boolean value) {
            exemplars = value;
            return this;
        }

        /** The settings, checked. */
        public SimulationSettings build() {
            return new SimulationSettings(
                    urls,
                    servers,
                    metrics,
                    interval,
                    duration,
                    behind,
                    seed,
                    samplesPerRequest,
                    senders,
                    ledger,
                    controlPort,
                    portFile,
                    incidentAfter,
                    incidentFor,
                    bearerToken,
                    exemplars);
        }
    }
}
