package io.pharos.persistence.shard;

import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.pharos.persistence.session.CassandraSession;
import io.pharos.timeseries.store.SettingsStore;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Settings in the table {@code settings}, by compare-and-set on the version. */
public final class CassandraSettingsStore implements SettingsStore {
    private final CassandraSession session;
    private final PreparedStatement read;
    private final PreparedStatement version;
    private final PreparedStatement insert;
    private final PreparedStatement update;

    /** Prepares its statements. Blocks: only for the start. */
    public CassandraSettingsStore(CassandraSession session) {
        this.session = session;
        read = session.prepareSerialRead("SELECT version, value FROM %s.settings WHERE name = ?");
        version = session.prepareRead("SELECT version FROM %s.settings WHERE name = ?", 1);
        insert = session.prepareTransaction(
                "INSERT INTO %s.settings (name, version, value) VALUES (?, ?, ?) IF NOT EXISTS");
        update = session.prepareTransaction(
                "UPDATE %s.settings SET version = ?, value = ? WHERE name = ? IF version = ?");
    }

    @Override
    public CompletionStage<Optional<Setting>> read(String name) {
        return session.ask(read.bind(name), "read the setting " + name).thenApply(CassandraSettingsStore::setting);
    }

    private static Optional<Setting> setting(AsyncResultSet answer) {
        Row row = answer.one();
        if (row == null) {
            return Optional.empty();
        }
        ByteBuffer value = row.getByteBuffer("value");
        return Optional.of(new Setting(row.getLong("version"), value == null ? ByteBuffer.allocate(0) : value));
    }

    @Override
    public CompletionStage<Long> version(String name) {
        return session.ask(version.bind(name), "read the version of the setting " + name)
                .thenApply(answer -> {
                    Row row = answer.one();
                    return row == null ? 0L : row.getLong("version");
                });
    }

    @Override
    public CompletionStage<Boolean> replace(String name, long expectedVersion, ByteBuffer value) {
        long next = expectedVersion + 1;
        return session.ask(
                        expectedVersion == 0
                                ? insert.bind(name, next, value)
                                : update.bind(next, value, name, expectedVersion),
                        "write version " + next + " of the setting " + name)
                .thenApply(AsyncResultSet::wasApplied);
    }
}
