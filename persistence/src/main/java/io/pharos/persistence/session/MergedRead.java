package io.pharos.persistence.session;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Several reads at once, each of statements whose rows follow each other in order, merged into one order. A page of each is held, and
 * the next one is fetched when it is used up.
 */
final class MergedRead<T> {
    private final CqlSession cql;
    private final String attempt;
    private final Function<Row, T> parse;
    private final Comparator<T> order;
    private final Consumer<T> consumer;
    private final Executor readers;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final List<Source> sources = new ArrayList<>();

    /** One of the reads; by one thread at a time. */
    private final class Source {
        private final Iterator<? extends Statement<?>> statements;
        private @Nullable AsyncResultSet page;
        private @Nullable T head;

        Source(List<? extends Statement<?>> statements) {
            this.statements = statements.iterator();
        }

        /** Takes the next row of what is here; whether there was one, or nothing will come any more. */
        boolean advance() {
            Row row = page == null ? null : page.one();
            if (row != null) {
                head = parse.apply(row);
                return true;
            }
            head = null;
            return (page == null || !page.hasMorePages()) && !statements.hasNext();
        }

        CompletionStage<Void> fetch() {
            AsyncResultSet before = page;
            CompletionStage<AsyncResultSet> next = before != null && before.hasMorePages()
                    ? before.fetchNextPage()
                    : cql.executeAsync(statements.next());
            return next.thenAccept(fetched -> page = fetched);
        }
    }

    MergedRead(
            CqlSession cql,
            List<? extends List<? extends Statement<?>>> reads,
            String attempt,
            Function<Row, T> parse,
            Comparator<T> order,
            Consumer<T> consumer,
            Executor readers) {
        this.cql = cql;
        this.attempt = attempt;
        this.parse = parse;
        this.order = order;
        this.consumer = consumer;
        this.readers = readers;
        reads.forEach(read -> sources.add(new Source(read)));
    }

    CompletionStage<Void> start() {
        List<Source> empty = new ArrayList<>(sources);
        empty.removeIf(Source::advance);
        go(empty);
        return done;
    }

    /** Fetches for those that are used up, then goes on consuming. */
    private void go(List<Source> empty) {
        CompletableFuture<?>[] fetches;
        try {
            fetches = empty.stream()
                    .map(source -> source.fetch().toCompletableFuture())
                    .toArray(CompletableFuture<?>[]::new);
        } catch (RuntimeException closed) {
            done.completeExceptionally(Failures.of(attempt, closed));
            return;
        }
        CompletableFuture.allOf(fetches).whenComplete((fetched, failure) -> {
            if (failure != null) {
                done.completeExceptionally(Failures.of(attempt, failure));
                return;
            }
            try {
                readers.execute(() -> consume(empty));
            } catch (RuntimeException closed) {
                done.completeExceptionally(Failures.of(attempt, closed));
            }
        });
    }

    private void consume(List<Source> fetched) {
        try {
            List<Source> empty = new ArrayList<>();
            for (Source source : fetched) {
                if (!source.advance()) {
                    empty.add(source);
                }
            }
            while (empty.isEmpty()) {
                Source lowest = lowest();
                if (lowest == null) {
                    done.complete(null);
                    return;
                }
                T head = lowest.head;
                if (head != null) {
                    consumer.accept(head);
                }
                if (!lowest.advance()) {
                    empty.add(lowest);
                }
            }
            go(empty);
        } catch (RuntimeException | Error theirs) {
            done.completeExceptionally(theirs);
        }
    }

    private @Nullable Source lowest() {
        Source lowest = null;
        T lowestHead = null;
        for (Source source : sources) {
            T head = source.head;
            if (head != null && (lowestHead == null || order.compare(head, lowestHead) < 0)) {
                lowest = source;
                lowestHead = head;
            }
        }
        return lowest;
    }
}
