package io.pharos.alerting.testing;

import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;

/** Configurations of actor systems for tests. */
public final class TestConfig {
    private TestConfig() {}

    /** This module's bindings and the journal of {@link SwitchableJournal}, whose silence fails it after a second. */
    public static Config switchable() {
        return ConfigFactory.parseString("""
                        akka.persistence.journal.plugin = "switchable-journal"
                        akka.persistence.snapshot-store.plugin = "akka.persistence.no-snapshot-store"
                        switchable-journal.class = "io.pharos.alerting.testing.SwitchableJournal"
                        switchable-journal.circuit-breaker { max-failures = 1000, call-timeout = 500ms, reset-timeout = 100ms }
                        switchable-journal.recovery-event-timeout = 500ms
                        """).withFallback(base());
    }

    /** This module's bindings and the test kit's journal. */
    public static Config inMemory() {
        return EventSourcedBehaviorTestKit.config().withFallback(base());
    }

    private static Config base() {
        return ConfigFactory.parseString("akka.loglevel = WARNING\nakka.actor.allow-java-serialization = off")
                .withFallback(ConfigFactory.parseResources("pharos-alerting-akka.conf"))
                .withFallback(ConfigFactory.load());
    }
}
