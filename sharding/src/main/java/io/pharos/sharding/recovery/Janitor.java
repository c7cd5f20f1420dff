package io.pharos.sharding.recovery;

import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.ShardRecord;
import io.pharos.timeseries.store.Stores;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects dead incarnations: those no shard record lists and no member of the cluster is. One sweep at a time; only one node
 * of the cluster may sweep, though two would do no harm.
 */
public final class Janitor {
    /*
     * An incarnation is collected after several sweeps in a row found it free: one that just registered is a member soon, but
     * may not have said so yet. Were one collected that lives, it would find its alive mark gone and exit: no sample is lost.
     */
    private static final Logger LOG = LoggerFactory.getLogger(Janitor.class);
    private static final int SWEEPS = 5;

    private final Stores stores;
    private final int shardCount;
    private final Supplier<Set<String>> members;
    private final Map<Incarnation, Integer> freeSince = new HashMap<>();
    private boolean sweeping;

    /**
     * A janitor.
     *
     * @param members ids of the incarnations that are members of the cluster now
     */
    public Janitor(Stores stores, int shardCount, Supplier<Set<String>> members) {
        this.stores = stores;
        this.shardCount = shardCount;
        this.members = members;
    }

    /** Looks once; completes with the incarnations collected. */
    public CompletionStage<Set<Incarnation>> sweep() {
        synchronized (this) {
            if (sweeping) {
                return CompletableFuture.completedStage(Set.of());
            }
            sweeping = true;
        }
        // The list before the records: one that is listed afterwards was alive at the list.
        return stores.incarnations()
                .list()
                .thenCompose(all -> listed().thenCompose(listed -> collect(all, listed)))
                .whenComplete((collected, failure) -> {
                    synchronized (this) {
                        sweeping = false;
                    }
                });
    }

    private CompletionStage<Set<Incarnation>> listed() {
        Set<Incarnation> listed = new HashSet<>();
        List<CompletableFuture<ShardRecord>> reads = new ArrayList<>();
        for (int shard = 0; shard < shardCount; shard++) {
            reads.add(stores.shardRecords().read(shard).toCompletableFuture());
        }
        return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new)).thenApply(done -> {
            for (CompletableFuture<ShardRecord> read : reads) {
                listed.addAll(read.join().sources().keySet());
                read.join().owner().ifPresent(listed::add);
            }
            return listed;
        });
    }

    private CompletionStage<Set<Incarnation>> collect(Set<Incarnation> all, Set<Incarnation> listed) {
        Set<String> alive = members.get();
        Set<Incarnation> dead = new HashSet<>();
        synchronized (this) {
            freeSince.keySet().retainAll(all);
            for (Incarnation incarnation : all) {
                if (listed.contains(incarnation) || alive.contains(incarnation.toString())) {
                    freeSince.remove(incarnation);
                } else if (freeSince.merge(incarnation, 1, Integer::sum) >= SWEEPS) {
                    dead.add(incarnation);
                }
            }
        }
        CompletionStage<Void> step = CompletableFuture.completedStage(null);
        for (Incarnation incarnation : dead) {
            // Its alive mark goes first: from then on it cannot acknowledge, so nothing in its log is anybody's.
            step = step.thenCompose(done -> stores.incarnations().delete(incarnation))
                    .thenCompose(done -> stores.logs().dropAll(incarnation))
                    .thenRun(() -> LOG.info("collected the log of the dead incarnation {}", incarnation));
        }
        return step.thenApply(done -> dead);
    }
}
