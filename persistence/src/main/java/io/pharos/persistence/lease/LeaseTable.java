package io.pharos.persistence.lease;

import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.pharos.persistence.session.CassandraSession;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Leases in the table {@code lease}: a row is held while it lives, and its holder renews its life. Everything is compare-and-set on
 * the owner, so of any number that try one holds it.
 */
public final class LeaseTable {
    private final CassandraSession session;
    private final PreparedStatement take;
    private final PreparedStatement renew;
    private final PreparedStatement release;

    /** Prepares its statements. Blocks: only for the start. */
    public LeaseTable(CassandraSession session) {
        this.session = session;
        take = session.prepareTransaction("INSERT INTO %s.lease (name, owner) VALUES (?, ?) IF NOT EXISTS USING TTL ?");
        renew = session.prepareTransaction("UPDATE %s.lease USING TTL ? SET owner = ? WHERE name = ? IF owner = ?");
        release = session.prepareTransaction("DELETE FROM %s.lease WHERE name = ? IF owner = ?");
    }

    /** Takes a free lease, or one that is the owner's already, which begins its life anew. */
    public CompletionStage<Boolean> take(String name, String owner, Duration life) {
        return session.ask(take.bind(name, owner, seconds(life)), "take the lease " + name)
                .thenCompose(answer -> {
                    if (answer.wasApplied()) {
                        return CompletableFuture.completedStage(true);
                    }
                    Row holder = answer.one();
                    return holder != null && owner.equals(holder.getString("owner"))
                            ? renew(name, owner, life)
                            : CompletableFuture.completedStage(false);
                });
    }

    /** Begins the life anew; false when the lease is not the owner's any more. */
    public CompletionStage<Boolean> renew(String name, String owner, Duration life) {
        // An UPDATE's row has no marker of its own: its column is all that keeps it, and it dies with that.
        return session.ask(renew.bind(seconds(life), owner, name, owner), "renew the lease " + name)
                .thenApply(AsyncResultSet::wasApplied);
    }

    /** Gives the lease up; harmless where it is not the owner's. */
    public CompletionStage<Void> release(String name, String owner) {
        return session.ask(release.bind(name, owner), "release the lease " + name)
                .thenApply(answer -> null);
    }

    private static int seconds(Duration life) {
        return Math.toIntExact(Math.max(1, life.toSeconds()));
    }
}
