package io.pharos.persistence;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.metadata.NodeState;
import io.pharos.persistence.catalogue.CassandraCatalogueStore;
import io.pharos.persistence.chunk.CassandraChunkStore;
import io.pharos.persistence.chunk.CassandraExemplarStore;
import io.pharos.persistence.chunk.CassandraHeadStore;
import io.pharos.persistence.chunk.CassandraRollupStore;
import io.pharos.persistence.embedded.EmbeddedCassandra;
import io.pharos.persistence.lease.CassandraLeaseSetup;
import io.pharos.persistence.lease.ExpelledNodes;
import io.pharos.persistence.log.CassandraLogStore;
import io.pharos.persistence.roll.NodeRoll;
import io.pharos.persistence.schema.Schema;
import io.pharos.persistence.session.CassandraSession;
import io.pharos.persistence.session.CassandraSettings;
import io.pharos.persistence.session.Connector;
import io.pharos.persistence.session.Failures;
import io.pharos.persistence.shard.CassandraIncarnationStore;
import io.pharos.persistence.shard.CassandraMaskStore;
import io.pharos.persistence.shard.CassandraRollupProgressStore;
import io.pharos.persistence.shard.CassandraSettingsStore;
import io.pharos.persistence.shard.CassandraShardRecordStore;
import io.pharos.persistence.slice.SliceSizes;
import io.pharos.persistence.statistics.DiskUsageStatistics;
import io.pharos.persistence.statistics.Durability;
import io.pharos.timeseries.store.StorageStatistics;
import io.pharos.timeseries.store.StorageTiers;
import io.pharos.timeseries.store.Stores;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** All ports of storing over one session with Cassandra. */
public final class CassandraStores implements AutoCloseable {
    /** The placement generation, in every key that has a shard: doubling the shards will write a second one beside it. */
    public static final int GENERATION = 1;

    private static final int READERS = 8;
    private static final long CLOSE_SECONDS = 5;

    private final CassandraSession session;
    private final ExecutorService readers;
    private final Stores stores;
    private final List<String> warnings;

    private CassandraStores(
            CqlSession cql,
            CassandraSettings settings,
            @Nullable EmbeddedCassandra embedded,
            StorageTiers tiers,
            Set<String> tables,
            InstantSource clock,
            SliceSizes sizes) {
        AtomicInteger number = new AtomicInteger();
        readers = Executors.newFixedThreadPool(READERS, task -> {
            Thread thread = new Thread(task, "pharos-store-reader-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        session = new CassandraSession(cql, settings, readers);
        StorageStatistics statistics =
                embedded != null ? embedded.statistics(settings.keyspace()) : new DiskUsageStatistics(session);
        CassandraRollupStore rollups = new CassandraRollupStore(session, GENERATION, tiers, tables, clock, sizes);
        stores = new Stores(
                new CassandraShardRecordStore(session, GENERATION),
                new CassandraIncarnationStore(session),
                new CassandraLogStore(session),
                new CassandraHeadStore(session, GENERATION),
                new CassandraChunkStore(session, GENERATION, tiers, tables, clock, sizes),
                rollups,
                new CassandraRollupProgressStore(session, GENERATION, rollups::taken),
                new CassandraCatalogueStore(session, GENERATION, tiers),
                new CassandraExemplarStore(session, GENERATION, clock),
                new CassandraMaskStore(session, GENERATION, clock),
                new CassandraSettingsStore(session),
                statistics);
        warnings = Durability.warnings(cql, settings, embedded != null);
    }

    /** The same with {@link StorageTiers#DEFAULT} and the system's clock. */
    public static CompletionStage<CassandraStores> connect(
            CassandraSettings settings, @Nullable EmbeddedCassandra embedded) {
        return connect(settings, embedded, StorageTiers.DEFAULT, InstantSource.system());
    }

    /**
     * Connects, creates what is missing of the schema, and prepares every statement. Fails with {@link
     * io.pharos.timeseries.store.StoreUnavailableException}, whose message is one line for the user, when no server answers within
     * the time-out, and at once when the user or the datacenter is wrong.
     *
     * @param embedded the server in case it is ours: then bytes are counted exactly, and flushing works
     * @param tiers which tables of rolled-up points there are, and how long rows live
     * @param clock what time to live is counted from
     */
    public static CompletionStage<CassandraStores> connect(
            CassandraSettings settings, @Nullable EmbeddedCassandra embedded, StorageTiers tiers, InstantSource clock) {
        return connect(settings, embedded, tiers, clock, SliceSizes.DEFAULT);
    }

    /** The same with partitions of other sizes. */
    public static CompletionStage<CassandraStores> connect(
            CassandraSettings settings,
            @Nullable EmbeddedCassandra embedded,
            StorageTiers tiers,
            InstantSource clock,
            SliceSizes sizes) {
        CompletableFuture<CassandraStores> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(connectNow(settings, embedded, tiers, clock, sizes));
                    } catch (RuntimeException | Error failure) {
                        result.completeExceptionally(failure);
                    }
                },
                "pharos-cassandra-connect");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private static CassandraStores connectNow(
            CassandraSettings settings,
            @Nullable EmbeddedCassandra embedded,
            StorageTiers tiers,
            InstantSource clock,
            SliceSizes sizes) {
        CqlSession cql = Connector.open(settings);
        try {
            Set<String> tables = Schema.create(cql, settings, tiers);
            return new CassandraStores(cql, settings, embedded, tiers, tables, clock, sizes);
        } catch (RuntimeException failure) {
            cql.close();
            throw Failures.of("prepare the keyspace " + settings.keyspace(), failure);
        }
    }

    /** The ports. Their stages complete on the driver's threads, where nothing may block; consumers of reads may. */
    public Stores stores() {
        return stores;
    }

    /** For the setup of an actor system, whose leases then use {@link io.pharos.persistence.lease.CassandraLease}. Blocks. */
    public CassandraLeaseSetup leaseSetup() {
        return new CassandraLeaseSetup(session);
    }

    /**
     * How much of Cassandra is there.
     *
     * @param connected nodes this session has connections with
     * @param known all nodes it knows of
     */
    public record Reach(int connected, int known) {}

    /** How much of Cassandra answers this session, as the driver saw it last. */
    public Reach reach() {
        Collection<Node> nodes = session.cql().getMetadata().getNodes().values();
        int connected = (int) nodes.stream()
                .filter(node -> node.getState() == NodeState.UP || node.getOpenConnections() > 0)
                .count();
        return new Reach(connected, nodes.size());
    }

    /** Which runs of nodes the cluster went on without. Blocks: only for the start. */
    public ExpelledNodes expelled() {
        return new ExpelledNodes(session);
    }

    /** Which nodes run over this keyspace. Blocks: only for the start. */
    public NodeRoll roll() {
        return new NodeRoll(session);
    }

    /** What a user should know about this store's safety, a sentence each; empty when nothing. */
    public List<String> warnings() {
        return warnings;
    }

    /** Closes the session; requests under way fail. Blocks for at most a few seconds. */
    @Override
    public void close() {
        try {
            session.cql().closeAsync().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException unclean) {
            session.cql().forceCloseAsync();
        }
        readers.shutdown();
    }
}
