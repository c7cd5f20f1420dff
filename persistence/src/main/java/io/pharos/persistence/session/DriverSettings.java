package io.pharos.persistence.session;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/** The driver's settings, the same for our session and for the journal's. */
public record DriverSettings(Config driver) {
    /** For a server; the keys are relative to {@code datastax-java-driver}. */
    public static DriverSettings of(CassandraSettings settings) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("basic.contact-points", settings.contactPoints());
        values.put("basic.load-balancing-policy.local-datacenter", settings.datacenter());
        values.put("basic.load-balancing-policy.slow-replica-avoidance", false);
        values.put("basic.request.timeout", settings.readTimeout().toMillis() + " ms");
        values.put("basic.request.consistency", "LOCAL_QUORUM");
        values.put("basic.request.serial-consistency", "LOCAL_SERIAL");
        // A server that comes back is found within two seconds, and asked gently while it is away.
        values.put("advanced.reconnection-policy.class", "ExponentialReconnectionPolicy");
        values.put("advanced.reconnection-policy.base-delay", "100 ms");
        values.put("advanced.reconnection-policy.max-delay", "2 s");
        values.put("advanced.heartbeat.interval", "10 s");
        values.put("advanced.heartbeat.timeout", "5 s");
        values.put("advanced.connection.init-query-timeout", "5 s");
        values.put("advanced.control-connection.timeout", "5 s");
        values.put("advanced.metadata.schema.request-timeout", "10 s");
        values.put("advanced.throttler.class", "ConcurrencyLimitingRequestThrottler");
        values.put("advanced.throttler.max-concurrent-requests", 512);
        values.put("advanced.throttler.max-queue-size", 8192);
        // Time-outs are of seconds, and a tick costs a thread that is woken.
        values.put("advanced.netty.timer.tick-duration", "500 ms");
        values.put("advanced.netty.io-group.size", 2);
        values.put("advanced.netty.admin-group.size", 1);
        values.put("advanced.netty.daemon", true);
        values.put("advanced.netty.io-group.shutdown.quiet-period", 0);
        values.put("advanced.netty.admin-group.shutdown.quiet-period", 0);
        settings.user().ifPresent(user -> {
            values.put("advanced.auth-provider.class", "PlainTextAuthProvider");
            values.put("advanced.auth-provider.username", user.name());
            values.put("advanced.auth-provider.password", user.password());
        });
        settings.tls().ifPresent(tls -> {
            values.put("advanced.ssl-engine-factory.class", "DefaultSslEngineFactory");
            values.put("advanced.ssl-engine-factory.hostname-validation", tls.verifyHost());
            tls.truststore().ifPresent(store -> {
                values.put(
                        "advanced.ssl-engine-factory.truststore-path",
                        store.file().toString());
                values.put("advanced.ssl-engine-factory.truststore-password", store.password());
            });
            tls.keystore().ifPresent(store -> {
                values.put(
                        "advanced.ssl-engine-factory.keystore-path",
                        store.file().toString());
                values.put("advanced.ssl-engine-factory.keystore-password", store.password());
            });
        });
        Config driver = ConfigFactory.empty();
        for (Map.Entry<String, Object> value : values.entrySet()) {
            driver = driver.withValue(value.getKey(), ConfigValueFactory.fromAnyRef(value.getValue()));
        }
        return new DriverSettings(driver);
    }

    /** As a text for the driver's own reader. */
    String text() {
        return driver.atPath("datastax-java-driver").root().render();
    }
}
