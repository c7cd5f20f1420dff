package io.pharos.persistence.lease;

import akka.actor.ExtendedActorSystem;
import akka.cluster.Cluster;
import akka.cluster.Member;
import akka.cluster.UniqueAddress;
import akka.coordination.lease.LeaseSettings;
import akka.coordination.lease.javadsl.Lease;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease by which the split brain resolver decides who survives, made right for nodes that sleep. Akka's holder gives the lease
 * back some time after the others were downed, sometimes at once; a node that was paused in all of this wakes, finds the lease
 * free, and would go on as a cluster of its own. Therefore who wins writes down whom it goes on without, and who was written down
 * never wins:
 *
 * <ol>
 *   <li>take the lease;
 *   <li>read whether this run of the node was expelled: then give the lease back and lose;
 *   <li>write down everybody who is not reachable, at quorum;
 *   <li>renew the lease, and lose where it is not ours any more: of two that come so far, the later one reads in step 2 what the
 *       earlier one wrote, or the earlier one loses here.
 * </ol>
 *
 * <p>It is given back when all who were downed meanwhile are written down as well. A decision never rests on a lease taken for an
 * earlier one ({@link #checkLease} is never true), since Akka would then not count its time anew.
 */
public final class SurvivorLease extends Lease {
    private static final Logger LOG = LoggerFactory.getLogger(SurvivorLease.class);
    /** Longer than the news of a decision takes within this node. */
    private static final long NEWS_MILLIS = 2000;

    private final LeaseSettings settings;
    private final Lease lease;
    private final Expulsions expulsions;
    private final Supplier<Set<UniqueAddress>> unreachable;
    private final long newsMillis;
    private long acquisitions;
    private CompletionStage<Boolean> last = CompletableFuture.completedStage(true);
    /** Akka asks every second until it is done. */
    private @Nullable CompletableFuture<Boolean> releasing;

    /** Called by Akka's lease provider. */
    public SurvivorLease(LeaseSettings settings, ExtendedActorSystem system) {
        this(
                settings,
                new CassandraLease(settings, system),
                new Expulsions(
                        CassandraLeaseSetup.of(system).expelled(),
                        Cluster.get(system).selfUniqueAddress()),
                () -> unreachable(Cluster.get(system)),
                NEWS_MILLIS);
        ExpulsionWriter.start(system, expulsions);
    }

    SurvivorLease(
            LeaseSettings settings,
            Lease lease,
            Expulsions expulsions,
            Supplier<Set<UniqueAddress>> unreachable,
            long newsMillis) {
        this.settings = settings;
        this.lease = lease;
        this.expulsions = expulsions;
        this.unreachable = unreachable;
        this.newsMillis = newsMillis;
    }

    private static Set<UniqueAddress> unreachable(Cluster cluster) {
        Set<UniqueAddress> runs = new HashSet<>();
        for (Member member : cluster.state().getUnreachable()) {
            runs.add(member.uniqueAddress());
        }
        return runs;
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
        synchronized (this) {
            acquisitions++;
            // What is given back at this moment must not be given back after it was taken anew.
            last = last.handle((done, failure) -> lease.acquire(lostCallback)
                            .thenCompose(
                                    taken -> taken ? confirm(lostCallback) : CompletableFuture.completedStage(false)))
                    .thenCompose(stage -> stage);
            return last;
        }
    }

    private CompletionStage<Boolean> confirm(Consumer<Optional<Throwable>> lostCallback) {
        return expulsions.isSelfExpelled().thenCompose(expelled -> {
            if (expelled) {
                LOG.error("the others went on without this node while it did not run: it gives up");
                return lease.release().handle((released, failure) -> false);
            }
            return expulsions.write(unreachable.get()).thenCompose(written -> lease.acquire(lostCallback));
        });
    }

    @Override
    public CompletionStage<Boolean> release() {
        CompletableFuture<Boolean> released = new CompletableFuture<>();
        long asked;
        synchronized (this) {
            CompletableFuture<Boolean> before = releasing;
            if (before != null && !before.isDone()) {
                return before;
            }
            releasing = released;
            asked = acquisitions;
        }
        CompletableFuture.delayedExecutor(newsMillis, TimeUnit.MILLISECONDS)
                .execute(() -> expulsions.settled().whenComplete((done, failure) -> give(asked, released)));
        return released;
    }

    /** Gives the lease back, unless it was wanted again since that was asked. */
    private void give(long asked, CompletableFuture<Boolean> released) {
        synchronized (this) {
            if (asked != acquisitions) {
                released.complete(false);
                return;
            }
            last = last.handle((done, failure) -> lease.release()).thenCompose(stage -> stage);
            last.whenComplete((given, failure) -> {
                if (failure != null) {
                    released.completeExceptionally(failure);
                } else {
                    released.complete(given);
                }
            });
        }
    }

    @Override
    public boolean checkLease() {
        return false;
    }
}
