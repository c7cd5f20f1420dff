package io.pharos.persistence.lease;

import akka.actor.Address;
import akka.cluster.UniqueAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down, in the store, which runs of nodes the cluster went on without, and asks whether this one is among them. What the
 * others decided while a node slept reaches it by messages or not at all; this reaches it before it can do harm. What the store
 * refuses is tried again until it is done. Any thread.
 */
final class Expulsions {
    private static final Logger LOG = LoggerFactory.getLogger(Expulsions.class);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

    /** Where runs are written down; as {@link ExpelledNodes} does it. */
    interface Register {
        CompletionStage<Void> write(String address, long run);

        CompletionStage<Boolean> contains(String address, long run);
    }

    private final Register register;
    private final UniqueAddress self;
    private final Executor later;
    private final Map<UniqueAddress, CompletableFuture<Void>> writing = new HashMap<>();

    /** Over Cassandra's table. */
    Expulsions(ExpelledNodes nodes, UniqueAddress self) {
        this(
                new Register() {
                    @Override
                    public CompletionStage<Void> write(String address, long run) {
                        return nodes.write(address, run);
                    }

                    @Override
                    public CompletionStage<Boolean> contains(String address, long run) {
                        return nodes.contains(address, run);
                    }
                },
                self,
                CompletableFuture.delayedExecutor(RETRY_PAUSE.toMillis(), TimeUnit.MILLISECONDS));
    }

    /**
     * Over any register.
     *
     * @param later runs what is to be tried again, after a pause
     */
    Expulsions(Register register, UniqueAddress self, Executor later) {
        this.register = register;
        this.self = self;
        this.later = later;
    }

    /** Writes runs down; complete when all of them are durable, however long that takes. */
    CompletionStage<Void> write(Set<UniqueAddress> runs) {
        CompletableFuture<?>[] all = runs.stream().map(this::write).toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(all);
    }

    private CompletableFuture<Void> write(UniqueAddress run) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        synchronized (writing) {
            CompletableFuture<Void> before = writing.putIfAbsent(run, done);
            if (before != null) {
                return before;
            }
        }
        String address = text(run.address());
        untilDone(
                        () -> register.write(address, run.longUid()),
                        "it cannot be written down that " + address + " was shut out")
                .whenComplete((written, failure) -> {
                    synchronized (writing) {
                        writing.remove(run);
                    }
                    done.complete(null);
                });
        return done;
    }

    /** Complete when nothing that was to be written before is still open. */
    CompletionStage<Void> settled() {
        synchronized (writing) {
            return CompletableFuture.allOf(writing.values().toArray(CompletableFuture[]::new));
        }
    }

    /** Whether the others went on without this run of the node; asks until the store answers. */
    CompletionStage<Boolean> isSelfExpelled() {
        return untilDone(this::askOnce, "it cannot be read whether this node was shut out");
    }

    /** The same, failing when the store does not answer. */
    CompletionStage<Boolean> askOnce() {
        return register.contains(text(self.address()), self.longUid());
    }

    private static String text(Address address) {
        return address.getHost().orElse("") + ":"
                + address.getPort().map(String::valueOf).orElse("");
    }

    private <T> CompletableFuture<T> untilDone(Supplier<CompletionStage<T>> ask, String what) {
        CompletableFuture<T> done = new CompletableFuture<>();
        attempt(ask, what, done, true);
        return done;
    }

    private <T> void attempt(
            Supplier<CompletionStage<T>> ask, String what, CompletableFuture<T> done, boolean isFirst) {
        ask.get().whenComplete((answer, failure) -> {
            if (failure == null) {
                done.complete(answer);
                return;
            }
            if (isFirst) {
                LOG.warn("{}, and is tried until it can: {}", what, failure.toString());
            }
            later.execute(() -> attempt(ask, what, done, false));
        });
    }
}
