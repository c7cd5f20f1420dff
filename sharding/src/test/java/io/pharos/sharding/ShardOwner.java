package io.pharos.sharding;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.AskPattern;
import io.pharos.sharding.ingest.IngestMetrics;
import io.pharos.sharding.ingest.IngestRouter;
import io.pharos.sharding.ingest.RouterActor;
import io.pharos.sharding.mask.MaskList;
import io.pharos.sharding.mask.SeriesMasks;
import io.pharos.sharding.shard.AppendAnswer;
import io.pharos.sharding.shard.DeletePart;
import io.pharos.sharding.shard.DeleteReply;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.sharding.shard.SeriesShard;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.chunk.StoredChunk;
import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.Stores;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A node that owns shards without a cluster: its own incarnation, log and router over any stores. */
final class ShardOwner implements AutoCloseable {
    private final ActorSystem<?> system;
    private final Stores stores;
    final ShardNode node;
    final AtomicBoolean declaredDead = new AtomicBoolean();
    private final List<ActorRef<SeriesShard.Command>> shards = new ArrayList<>();
    private final List<ActorRef<?>> helpers = new ArrayList<>();
    private final IngestRouter router;
    private final ActorRef<AppendAnswer> replies;

    ShardOwner(ActorSystem<?> system, Stores stores, ShardingSettings settings, InstantSource clock) {
        this.system = system;
        this.stores = stores;
        Incarnation incarnation = new Incarnation(UUID.randomUUID());
        stores.incarnations().register(incarnation).toCompletableFuture().join();
        node = ShardNode.create(
                system, incarnation, stores, settings, clock, new PrometheusRegistry(), () -> declaredDead.set(true));
        router = new IngestRouter(
                settings.shardCount(),
                settings.ingest(),
                clock,
                parts -> parts.forEach(part -> shards.get(part.shard())
                        .tell(new SeriesShard.Append(part, replies().narrow()))),
                new IngestMetrics(new PrometheusRegistry()));
        String name = incarnation.toString();
        ActorRef<RouterActor.Command> actor = system.systemActorOf(
                RouterActor.create(router, settings.ingest().gather()), "router-" + name, Props.empty());
        replies = system.systemActorOf(RouterActor.answers(router), "answers-" + name, Props.empty());
        helpers.add(actor);
        helpers.add(replies);
        for (int shard = 0; shard < settings.shardCount(); shard++) {
            shards.add(system.systemActorOf(
                    SeriesShard.create(node.context(), shard),
                    "shard-" + shard + "-" + name,
                    DispatcherSelector.fromConfig("pharos.sharding.shard-dispatcher")));
        }
    }

    private ActorRef<AppendAnswer> replies() {
        return replies;
    }

    CompletableFuture<AppendResult> append(SampleBatch batch, Duration patience) {
        return router.append(batch, Instant.now().plus(patience)).toCompletableFuture();
    }

    CompletableFuture<SeriesShard.CheckpointReply> checkpoint(int shard) {
        return AskPattern.<SeriesShard.Command, SeriesShard.CheckpointReply>ask(
                        shards.get(shard), SeriesShard.CheckpointNow::new, Duration.ofSeconds(60), system.scheduler())
                .toCompletableFuture();
    }

    CompletableFuture<DeleteReply> delete(int shard, DeletePart part) {
        return AskPattern.<SeriesShard.Command, DeleteReply>ask(
                        shards.get(shard),
                        replyTo -> new SeriesShard.Delete(part, replyTo),
                        Duration.ofSeconds(100),
                        system.scheduler())
                .toCompletableFuture();
    }

    void handOver(int shard) {
        shards.get(shard).tell(new SeriesShard.HandOver());
    }

    boolean open() {
        return node.registry().open().size() == shards.size();
    }

    boolean gone() {
        return node.registry().states().isEmpty();
    }

    /** Every sample of every open shard, from memory and store: labels and time to the bits of the value or a histogram's mark. */
    Map<String, Long> everything() throws Exception {
        Map<String, Long> all = new HashMap<>();
        for (OpenShard shard : node.registry().open()) {
            for (int ref : shard.table().index().select(List.of())) {
                Labels labels =
                        java.util.Objects.requireNonNull(shard.table().index().labels(ref));
                List<ChunkRow> rows = new ArrayList<>();
                stores.chunks()
                        .read(
                                shard.shard(),
                                shard.table().slot(ref).metricHash(),
                                new java.util.TreeSet<>(
                                        List.of(shard.table().slot(ref).id())),
                                0,
                                Long.MAX_VALUE / 2,
                                rows::add)
                        .toCompletableFuture()
                        .get(2, TimeUnit.MINUTES);
                rows.sort(Comparator.comparingLong(ChunkRow::epoch).thenComparingInt(ChunkRow::sequence));
                MaskList published = shard.table().masks().published();
                SeriesMasks masks = published == null ? null : published.of(labels);
                List<SampleIterator> sources = new ArrayList<>();
                for (ChunkRow row : rows) {
                    SampleIterator samples = StoredChunk.samples(row.chunk(), 0, Long.MAX_VALUE);
                    SampleIterator seen = masks == null
                            ? samples
                            : masks.seen(
                                    row.epoch(), row.sequence(), row.startMillis(), row.endMillis(), () -> samples);
                    if (seen != null) {
                        sources.add(seen);
                    }
                }
                shard.table().slot(ref).view().collect(0, Long.MAX_VALUE, masks, sources);
                sources.forEach(samples -> put(all, labels, samples));
            }
        }
        return all;
    }

    private static void put(Map<String, Long> all, Labels labels, SampleIterator samples) {
        while (samples.next()) {
            Histogram histogram = samples.histogram();
            double value = histogram == null
                    ? samples.value()
                    : EncodedHistogram.of(histogram).mark();
            all.putIfAbsent(labels + "@" + samples.timestampMillis(), Double.doubleToRawLongBits(value));
        }
    }

    /** Ends without a word to anybody. */
    @Override
    public void close() {
        for (ActorRef<SeriesShard.Command> shard : shards) {
            Adapter.toClassic(system).stop(Adapter.toClassic(shard));
        }
        for (ActorRef<?> helper : helpers) {
            Adapter.toClassic(system).stop(Adapter.toClassic(helper));
        }
        node.log().close();
    }
}
