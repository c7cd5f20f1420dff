package io.pharos.persistence.session;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.cql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The session that all tables share. Stages complete on the driver's threads, where nothing may block; the consumers of reads are
 * called on threads of our own. No request is sent twice by itself: callers repeat what failed.
 */
public final class CassandraSession {
    /** Compare-and-set takes four rounds, so it gets more time than a write. */
    private static final int TRANSACTION_FACTOR = 3;

    private final CqlSession cql;
    private final CassandraSettings settings;
    private final Executor readers;

    /** Over an open session; {@code readers} runs the consumers of reads, which may block. */
    public CassandraSession(CqlSession cql, CassandraSettings settings, Executor readers) {
        this.cql = cql;
        this.settings = settings;
        this.readers = readers;
    }

    /** The driver's session. */
    public CqlSession cql() {
        return cql;
    }

    /** The settings it was opened with. */
    public CassandraSettings settings() {
        return settings;
    }

    /** Prepares a write that may be repeated; {@code %s} stands for the keyspace. Blocks: only for the start. */
    public PreparedStatement prepareWrite(String template) {
        return cql.prepare(SimpleStatement.newInstance(statement(template))
                .setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM)
                .setTimeout(settings.writeTimeout())
                .setIdempotent(true));
    }

    /** Prepares a compare-and-set; {@code %s} stands for the keyspace. Blocks: only for the start. */
    public PreparedStatement prepareTransaction(String template) {
        return cql.prepare(SimpleStatement.newInstance(statement(template))
                .setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM)
                .setSerialConsistencyLevel(ConsistencyLevel.LOCAL_SERIAL)
                .setTimeout(settings.writeTimeout().multipliedBy(TRANSACTION_FACTOR))
                .setIdempotent(false));
    }

    /** Prepares a read at quorum with a number of rows a page; {@code %s} stands for the keyspace. Blocks: only for the start. */
    public PreparedStatement prepareRead(String template, int pageRows) {
        return prepareRead(template, pageRows, ConsistencyLevel.LOCAL_QUORUM);
    }

    /** Prepares a read that sees every compare-and-set that completed before it. Blocks: only for the start. */
    public PreparedStatement prepareSerialRead(String template) {
        return prepareRead(template, 1, ConsistencyLevel.LOCAL_SERIAL);
    }

    private PreparedStatement prepareRead(String template, int pageRows, ConsistencyLevel level) {
        return cql.prepare(SimpleStatement.newInstance(statement(template))
                .setConsistencyLevel(level)
                .setTimeout(settings.readTimeout())
                .setPageSize(pageRows)
                .setIdempotent(true));
    }

    private String statement(String template) {
        return template.replace("%s", settings.keyspace());
    }

    /** Sends a write; complete when it is durable. {@code attempt} names it in failures. */
    public CompletionStage<Void> write(Statement<?> statement, String attempt) {
        return cql.executeAsync(statement).handle((done, failure) -> {
            if (failure != null) {
                throw Failures.of(attempt, failure);
            }
            return null;
        });
    }

    /** Sends a statement whose answer is one page or a compare-and-set's verdict. */
    public CompletionStage<AsyncResultSet> ask(Statement<?> statement, String attempt) {
        return cql.executeAsync(statement).handle((page, failure) -> {
            if (failure != null) {
                throw Failures.of(attempt, failure);
            }
            return page;
        });
    }

    /** Runs reads one after another, and gives their rows to the consumer in order, one at a time, a page in advance. */
    public CompletionStage<Void> read(List<? extends Statement<?>> statements, String attempt, Consumer<Row> consumer) {
        PagedRead read = new PagedRead(cql, statements.iterator(), attempt, consumer, readers);
        return read.start();
    }

    /**
     * Runs several reads at once, each of statements whose rows follow each other in an order, and gives the consumer all of them in that
     * order, one at a time.
     */
    public <T> CompletionStage<Void> merge(
            List<? extends List<? extends Statement<?>>> reads,
            String attempt,
            Function<Row, T> parse,
            Comparator<T> order,
            Consumer<T> consumer) {
        return new MergedRead<>(cql, reads, attempt, parse, order, consumer, readers).start();
    }

    /** Complete when all of these are; fails with the first failure. */
    public static CompletionStage<Void> all(List<? extends CompletionStage<Void>> stages) {
        return CompletableFuture.allOf(
                stages.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture<?>[]::new));
    }
}
