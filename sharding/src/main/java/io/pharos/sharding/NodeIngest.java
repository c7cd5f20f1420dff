package io.pharos.sharding;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.cluster.sharding.typed.ShardingEnvelope;
import io.pharos.sharding.bulk.BulkActor;
import io.pharos.sharding.bulk.BulkRules;
import io.pharos.sharding.bulk.BulkSink;
import io.pharos.sharding.ingest.IngestMetrics;
import io.pharos.sharding.ingest.IngestRouter;
import io.pharos.sharding.ingest.IngestSettings;
import io.pharos.sharding.ingest.NodeDoors;
import io.pharos.sharding.ingest.RouterActor;
import io.pharos.sharding.query.ShardDirectory;
import io.pharos.sharding.shard.AppendAnswer;
import io.pharos.sharding.shard.AppendDoor;
import io.pharos.sharding.shard.AppendPart;
import io.pharos.sharding.shard.AppendReply;
import io.pharos.sharding.shard.ImportPart;
import io.pharos.sharding.shard.SeriesShard;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How samples leave a node for the shards they belong to: its router, its sink of imports, and the ways to owners. Any thread. */
final class NodeIngest {
    private final Supplier<@Nullable RunningShards> running;
    private final ShardDirectory directory;
    private final Predicate<ShardDirectory.Place> isHere;
    private final IngestMetrics metrics;
    private final IngestRouter router;
    private final NodeDoors doors;
    private final BulkSink imports;
    private final ActorRef<AppendReply> importReplies;
    private final Rate rate;

    /**
     * Starts its actors.
     *
     * @param running this node's shards, null before it has any
     * @param isHere whether a place is this node
     */
    NodeIngest(
            ActorSystem<?> system,
            ShardingSettings settings,
            ShardDirectory directory,
            Predicate<ShardDirectory.Place> isHere,
            Supplier<@Nullable RunningShards> running,
            InstantSource clock,
            PrometheusRegistry prometheus) {
        this.running = running;
        this.directory = directory;
        this.isHere = isHere;
        this.metrics = new IngestMetrics(prometheus);
        this.rate = new Rate(metrics::received);
        this.router = new IngestRouter(
                settings.shardCount(), settings.ingest(), clock, parts -> doors().send(parts), metrics);
        system.systemActorOf(RouterActor.create(router, settings.ingest().gather()), "ingest-router", Props.empty());
        ActorRef<AppendAnswer> replies =
                system.systemActorOf(RouterActor.answers(router), "ingest-answers", ShardingRuntime.BESIDE_MESSAGES);
        this.imports = new BulkSink(settings.shardCount(), importRules(settings), clock, router, this::toOwner);
        this.importReplies = system.systemActorOf(BulkActor.create(imports), "import-answers", Props.empty());
        this.doors = new NodeDoors(
                this::door,
                this::byRegion,
                replies,
                ShardingRuntime.PARTS_BYTES_MAX,
                settings.ingest().gather());
    }

    private static BulkRules importRules(ShardingSettings settings) {
        IngestSettings ingest = settings.ingest();
        return new BulkRules(
                settings.shard().outOfOrderWindow(),
                Duration.ofMillis(settings.rollUp().tiers().longestMillis()),
                ingest.partLabelBytesMax(),
                ingest.pendingBytesMax(),
                ingest.attemptTimeout(),
                ingest.retryPause(),
                ingest.retryAfter());
    }

    private NodeDoors doors() {
        return doors;
    }

    /** The door of the node that takes samples of a shard now, or null: while it is handed over they go by the region, which holds them. */
    private @Nullable ActorRef<AppendDoor.Command> door(int shard) {
        RunningShards here = running.get();
        if (here != null && here.node().registry().taking(shard) != null) {
            return here.door();
        }
        ShardDirectory.Place place = directory.places().get(shard);
        return place == null || isHere.test(place) ? null : place.door();
    }

    private void byRegion(SeriesShard.Append append) {
        AppendPart part = append.part();
        RunningShards here = running.get();
        if (here == null) {
            append.replyTo().tell(new AppendReply.NotNow(part.shard(), part.part(), AppendReply.Reason.RECOVERING));
        } else {
            here.region().tell(new ShardingEnvelope<>(Integer.toString(part.shard()), append));
        }
    }

    /** Until this node has a region, the part is sent again later. */
    private void toOwner(ImportPart part) {
        RunningShards here = running.get();
        if (here != null) {
            here.region()
                    .tell(new ShardingEnvelope<>(
                            Integer.toString(part.shard()), new SeriesShard.Import(part, importReplies)));
        }
    }

    IngestRouter router() {
        return router;
    }

    BulkSink imports() {
        return imports;
    }

    IngestMetrics metrics() {
        return metrics;
    }

    /** Samples a second that come to this node. */
    Rate rate() {
        return rate;
    }

    /** Of samples whose outcome is open, imports among them. */
    long pendingBytes() {
        return router.pendingBytes() + imports.pendingBytes();
    }
}
