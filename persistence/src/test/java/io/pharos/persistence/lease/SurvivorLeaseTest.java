package io.pharos.persistence.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.Address;
import akka.cluster.UniqueAddress;
import akka.coordination.lease.LeaseSettings;
import akka.coordination.lease.javadsl.Lease;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two nodes of a cluster of three that the network, or a pause, has cut apart; the store is one in memory that both reach. */
class SurvivorLeaseTest {
    private static final LeaseSettings SETTINGS =
            LeaseSettings.apply(ConfigFactory.load().getConfig("akka.coordination.lease"), "survivor", "owner");
    private static final UniqueAddress FIRST = run("10.0.0.1", 11);
    private static final UniqueAddress SECOND = run("10.0.0.2", 12);
    private static final UniqueAddress THIRD = run("10.0.0.3", 13);

    private final Row row = new Row();
    private final Written written = new Written();

    private static UniqueAddress run(String host, long number) {
        return new UniqueAddress(new Address("akka", "pharos", host, 17090), number);
    }

    /** The lease's row: held by one at a time. */
    private static final class Row {
        private @Nullable UniqueAddress holder;
        private final List<String> said = new ArrayList<>();

        synchronized boolean take(UniqueAddress who) {
            said.add("take " + who.longUid());
            if (holder == null) {
                holder = who;
            }
            return who.equals(holder);
        }

        synchronized void release(UniqueAddress who) {
            said.add("release " + who.longUid());
            expire(who);
        }

        synchronized void expire(UniqueAddress who) {
            if (who.equals(holder)) {
                holder = null;
            }
        }

        synchronized @Nullable UniqueAddress holder() {
            return holder;
        }
    }

    /** A lease on that row, without a life that ends. */
    private final class RowLease extends Lease {
        private final UniqueAddress who;

        RowLease(UniqueAddress who) {
            this.who = who;
        }

        @Override
        public LeaseSettings getSettings() {
            return SETTINGS;
        }

        @Override
        public CompletionStage<Boolean> acquire() {
            return acquire(lost -> {});
        }

        @Override
        public CompletionStage<Boolean> acquire(Consumer<Optional<Throwable>> lostCallback) {
            return CompletableFuture.completedStage(row.take(who));
        }

        @Override
        public CompletionStage<Boolean> release() {
            row.release(who);
            return CompletableFuture.completedStage(true);
        }

        @Override
        public boolean checkLease() {
            return who.equals(row.holder());
        }
    }

    /** Who was written down; while it is away nothing is, and nobody is told. */
    private static final class Written implements Expulsions.Register {
        private final Set<String> runs = new HashSet<>();
        private boolean away;
        private Runnable beforeWrite = () -> {};

        @Override
        public synchronized CompletionStage<Void> write(String address, long run) {
            if (away) {
                return CompletableFuture.failedStage(new IllegalStateException("away"));
            }
            beforeWrite.run();
            runs.add(address + "/" + run);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public synchronized CompletionStage<Boolean> contains(String address, long run) {
            return away
                    ? CompletableFuture.failedStage(new IllegalStateException("away"))
                    : CompletableFuture.completedStage(runs.contains(address + "/" + run));
        }

        synchronized void away(boolean is) {
            away = is;
        }
    }

    private final class Node {
        final Expulsions expulsions;
        final SurvivorLease lease;

        Node(UniqueAddress self, Set<UniqueAddress> unreachable) {
            expulsions = new Expulsions(
                    written, self, CompletableFuture.delayedExecutor(5, java.util.concurrent.TimeUnit.MILLISECONDS));
            lease = new SurvivorLease(SETTINGS, new RowLease(self), expulsions, () -> unreachable, 1);
        }

        boolean wins() {
            return lease.acquire().toCompletableFuture().join();
        }
    }

    @Test
    void whoWinsWritesDownWhomItGoesOnWithout() {
        assertThat(new Node(FIRST, Set.of(SECOND, THIRD)).wins()).isTrue();
        assertThat(written.runs).containsExactlyInAnyOrder("10.0.0.2:17090/12", "10.0.0.3:17090/13");
        assertThat(new Node(THIRD, Set.of(FIRST, SECOND)).wins()).isFalse();
    }

    @Test
    void whoSleptUntilTheLeaseWasFreeAgainDoesNotWin() {
        Node winner = new Node(FIRST, Set.of(THIRD));
        assertThat(winner.wins()).isTrue();
        assertThat(winner.lease.release().toCompletableFuture().join()).isTrue();
        assertThat(row.holder()).isNull();
        assertThat(new Node(THIRD, Set.of(FIRST, SECOND)).wins()).isFalse();
        assertThat(row.holder())
                .describedAs("the lease is free for the cluster")
                .isNull();
        assertThat(winner.wins()).isTrue();
    }

    @Test
    void theSameNodeStartedAgainIsAnother() {
        assertThat(new Node(FIRST, Set.of(THIRD)).wins()).isTrue();
        row.expire(FIRST);
        assertThat(new Node(run("10.0.0.3", 14), Set.of(FIRST)).wins()).isTrue();
    }

    @Test
    void aLeaseLostBeforeTheOthersAreWrittenDownIsNotWon() {
        Node early = new Node(FIRST, Set.of(THIRD));
        Node late = new Node(THIRD, Set.of(FIRST));
        List<Boolean> other = new ArrayList<>();
        written.beforeWrite = () -> {
            written.beforeWrite = () -> {};
            // Cassandra was away between: the row's life ended, and the other side is the first to be answered again.
            row.expire(FIRST);
            other.add(late.wins());
        };
        boolean first = early.wins();
        assertThat(other).containsExactly(true);
        assertThat(first).isFalse();
    }

    @Test
    void nobodyWinsWhileTheStoreIsAway() {
        written.away(true);
        Node node = new Node(FIRST, Set.of(THIRD));
        CompletableFuture<Boolean> verdict = node.lease.acquire().toCompletableFuture();
        assertThat(verdict).isNotDone();
        written.away(false);
        await().atMost(Duration.ofMinutes(1)).until(verdict::isDone);
        assertThat(verdict.join()).isTrue();
    }

    @Test
    void theLeaseIsKeptUntilAllWhoWereDownedAreWrittenDown() {
        Node winner = new Node(FIRST, Set.of());
        assertThat(winner.wins()).isTrue();
        written.away(true);
        CompletionStage<Void> writing = winner.expulsions.write(Set.of(THIRD));
        CompletableFuture<Boolean> released = winner.lease.release().toCompletableFuture();
        assertThat(winner.lease.release()).isSameAs(released);
        assertThat(writing.toCompletableFuture()).isNotDone();
        assertThat(row.said).doesNotContain("release 11");
        written.away(false);
        assertThat(released.join()).isTrue();
        assertThat(written.runs).contains("10.0.0.3:17090/13");
    }

    @Test
    void aLeaseWantedAgainIsNotGivenBack() {
        Node winner = new Node(FIRST, Set.of());
        assertThat(winner.wins()).isTrue();
        written.away(true);
        winner.expulsions.write(Set.of(SECOND));
        CompletableFuture<Boolean> released = winner.lease.release().toCompletableFuture();
        CompletableFuture<Boolean> again = winner.lease.acquire().toCompletableFuture();
        written.away(false);
        assertThat(released.join()).isFalse();
        assertThat(again.join()).isTrue();
        assertThat(row.holder()).isEqualTo(FIRST);
    }
}
