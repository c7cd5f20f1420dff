package io.pharos.persistence.session;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.Statement;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One read of several statements: while the consumer has a page, only the one after it is fetched. */
final class PagedRead {
    private final CqlSession cql;
    private final Iterator<? extends Statement<?>> statements;
    private final String attempt;
    private final Consumer<Row> consumer;
    private final Executor readers;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    PagedRead(
            CqlSession cql,
            Iterator<? extends Statement<?>> statements,
            String attempt,
            Consumer<Row> consumer,
            Executor readers) {
        this.cql = cql;
        this.statements = statements;
        this.attempt = attempt;
        this.consumer = consumer;
        this.readers = readers;
    }

    CompletionStage<Void> start() {
        nextStatement();
        return done;
    }

    private void nextStatement() {
        if (statements.hasNext()) {
            await(cql.executeAsync(statements.next()));
        } else {
            done.complete(null);
        }
    }

    private void await(CompletionStage<AsyncResultSet> coming) {
        coming.whenComplete((page, failure) -> {
            if (failure != null) {
                done.completeExceptionally(Failures.of(attempt, failure));
                return;
            }
            try {
                readers.execute(() -> consume(page));
            } catch (RuntimeException closed) {
                done.completeExceptionally(Failures.of(attempt, closed));
            }
        });
    }

    private void consume(AsyncResultSet page) {
        @Nullable CompletionStage<AsyncResultSet> next = page.hasMorePages() ? page.fetchNextPage() : null;
        try {
            for (Row row : page.currentPage()) {
                consumer.accept(row);
            }
        } catch (RuntimeException | Error theirs) {
            done.completeExceptionally(theirs);
            return;
        }
        if (next == null) {
            nextStatement();
        } else {
            await(next);
        }
    }
}
