package io.pharos.persistence.lease;

import akka.actor.ActorSystem;
import akka.actor.Cancellable;
import akka.actor.ExtendedActorSystem;
import akka.coordination.lease.LeaseSettings;
import akka.coordination.lease.javadsl.Lease;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease by Cassandra's lightweight transactions: {@code lease-class} of a lease's settings. It is held as long as renewals
 * succeed, and for its own process it is lost a heartbeat time-out after the last one that did, whatever Cassandra says later.
 * While Cassandra does not answer an acquisition is tried again, until the operation time-out. The system's setup has to contain a
 * {@link CassandraLeaseSetup}.
 */
public final class CassandraLease extends Lease {
    private static final Logger LOG = LoggerFactory.getLogger(CassandraLease.class);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

    private final LeaseSettings settings;
    private final ActorSystem system;
    private final LeaseTable table;
    private final AtomicReference<@Nullable Hold> held = new AtomicReference<>();

    /** Called by Akka's lease provider. */
    public CassandraLease(LeaseSettings settings, ExtendedActorSystem system) {
        this.settings = settings;
        this.system = system;
        this.table = CassandraLeaseSetup.of(system).table();
    }

    @Override
    public LeaseSettings getSettings() {
        return settings;
    }

    @Override
    public CompletionStage<Boolean> acquire() {
        return acquire(lost -> {});
    }

    @Override
    public CompletionStage<Boolean> acquire(Consumer<Optional<Throwable>> lostCallback) {
        CompletableFuture<Boolean> verdict = new CompletableFuture<>();
        attempt(lostCallback, System.nanoTime() + operationTimeout().toNanos(), verdict);
        return verdict;
    }

    /** Tries until Cassandra has an answer: none says nothing about who may survive. */
    private void attempt(
            Consumer<Optional<Throwable>> lostCallback, long deadlineNanos, CompletableFuture<Boolean> verdict) {
        long asked = System.nanoTime();
        table.take(settings.leaseName(), settings.ownerName(), life()).whenComplete((taken, failure) -> {
            if (failure == null) {
                if (taken) {
                    hold(new Hold(lostCallback, asked));
                }
                verdict.complete(taken);
            } else if (System.nanoTime() - deadlineNanos >= 0) {
                verdict.completeExceptionally(failure);
            } else {
                LOG.warn("the lease {} is asked for again: {}", settings.leaseName(), failure.getMessage());
                system.scheduler()
                        .scheduleOnce(
                                RETRY_PAUSE, () -> attempt(lostCallback, deadlineNanos, verdict), system.dispatcher());
            }
        });
    }

    private void hold(Hold hold) {
        Hold before = held.getAndSet(hold);
        if (before != null) {
            before.end();
        }
        hold.begin();
    }

    @Override
    public CompletionStage<Boolean> release() {
        Hold hold = held.getAndSet(null);
        if (hold != null) {
            hold.end();
        }
        return table.release(settings.leaseName(), settings.ownerName())
                .toCompletableFuture()
                .orTimeout(operationTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(done -> true);
    }

    @Override
    public boolean checkLease() {
        Hold hold = held.get();
        return hold != null && !hold.isOver();
    }

    private Duration life() {
        return settings.timeoutSettings().getHeartbeatTimeout();
    }

    private Duration operationTimeout() {
        return settings.timeoutSettings().getOperationTimeout();
    }

    /** The time from one acquisition until its loss or release. */
    private final class Hold {
        private final Consumer<Optional<Throwable>> lostCallback;
        /** When the last renewal that succeeded was asked for: the row lives at least so long after it. */
        private volatile long renewedNanos;

        private volatile boolean ended;
        private volatile @Nullable Cancellable heartbeat;

        Hold(Consumer<Optional<Throwable>> lostCallback, long renewedNanos) {
            this.lostCallback = lostCallback;
            this.renewedNanos = renewedNanos;
        }

        void begin() {
            Duration interval = settings.timeoutSettings().getHeartbeatInterval();
            Cancellable timer =
                    system.scheduler().scheduleWithFixedDelay(interval, interval, this::renew, system.dispatcher());
            heartbeat = timer;
            if (ended) {
                timer.cancel();
            }
        }

        void end() {
            ended = true;
            Cancellable timer = heartbeat;
            if (timer != null) {
                timer.cancel();
            }
        }

        boolean isOver() {
            return ended || System.nanoTime() - renewedNanos > life().toNanos();
        }

        private void renew() {
            if (isOver()) {
                lose(Optional.of(
                        new TimeoutException("The lease " + settings.leaseName() + " was not renewed in time")));
                return;
            }
            long asked = System.nanoTime();
            table.renew(settings.leaseName(), settings.ownerName(), life()).whenComplete((mine, failure) -> {
                if (failure != null) {
                    // Unknown: the next heartbeat tries again, and the time-out decides.
                    return;
                }
                if (mine) {
                    renewedNanos = asked;
                } else {
                    lose(Optional.empty());
                }
            });
        }

        private void lose(Optional<Throwable> why) {
            if (held.compareAndSet(this, null)) {
                end();
                lostCallback.accept(why);
            }
        }
    }
}
