package io.pharos.persistence.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.pharos.persistence.session.CassandraSettings;
import io.pharos.persistence.session.DriverSettings;

/**
 * The settings of Akka Persistence for a Cassandra.
 *
 * @param akka what to put before the actor system's other settings
 */
public record JournalSettings(Config akka) {
    private static final String ROOT = "akka.persistence.cassandra.";

    /** For the server of our stores, whose {@code connect} has made the journal's keyspace. */
    public static JournalSettings of(CassandraSettings settings) {
        String keyspace = '"' + settings.journalKeyspace() + '"';
        String places = ROOT + "journal.keyspace = " + keyspace + "\n" + ROOT + "snapshot.keyspace = " + keyspace + "\n"
                + ROOT + "journal.data-center-replication-factors = [\"" + settings.datacenter() + ":1\"]\n"
                + ROOT + "snapshot.data-center-replication-factors = [\"" + settings.datacenter() + ":1\"]\n";
        Config fixed = ConfigFactory.parseResources(
                JournalSettings.class.getClassLoader(),
                "pharos-journal.conf",
                ConfigParseOptions.defaults().setAllowMissing(false));
        return new JournalSettings(ConfigFactory.parseString(places)
                .withFallback(DriverSettings.of(settings).driver().atPath("datastax-java-driver"))
                .withFallback(fixed));
    }
}
