package io.pharos.sharding;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Props;
import io.pharos.promql.engine.Engine;
import io.pharos.promql.engine.EngineSettings;
import io.pharos.promql.plan.SubPlanEvaluator;
import io.pharos.sharding.cold.ColdJob;
import io.pharos.sharding.past.PastIndex;
import io.pharos.sharding.query.DistributedQueries;
import io.pharos.sharding.query.QueryMetrics;
import io.pharos.sharding.query.QueryWorker;
import io.pharos.sharding.query.ShardDirectory;
import io.pharos.sharding.query.StoredSamples;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.sharding.tier.TierRules;
import io.pharos.timeseries.store.Stores;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * How a node answers questions: the worker that reads its own shards, and the root that asks those of all nodes.
 *
 * @param worker answers for this node's shards
 * @param cluster where questions go
 */
record NodeQueries(ActorRef<QueryWorker.Command> worker, DistributedQueries cluster, QueryMetrics metrics) {
    /**
     * Starts its actors.
     *
     * @param readable the shard of a number, if it is open here and surely not taken by another
     * @param cold where raw samples are that are older than their retention; null where nowhere
     */
    static NodeQueries create(
            ActorSystem<?> system,
            ShardDirectory directory,
            IntFunction<@Nullable OpenShard> readable,
            Stores stores,
            PastIndex past,
            @Nullable ColdJob cold,
            NodeExemplars exemplars,
            ShardingSettings settings,
            InstantSource clock,
            PrometheusRegistry prometheus) {
        QueryMetrics metrics = new QueryMetrics(prometheus);
        TierRules tiers = settings.rollUp().tiers();
        Engine engine = new Engine(EngineSettings.of(system.settings().config()));
        ActorRef<QueryWorker.Command> worker = system.systemActorOf(
                QueryWorker.create(
                        readable,
                        new StoredSamples(
                                stores.chunks(),
                                cold == null ? stores.chunks() : cold.chunks(),
                                stores.rollups(),
                                tiers,
                                past,
                                clock),
                        exemplars.search(),
                        new SubPlanEvaluator(engine.settings(), engine.budget()),
                        settings.query(),
                        executor(system, "pharos.sharding.query-dispatcher"),
                        metrics),
                "query-worker",
                Props.empty());
        DistributedQueries cluster = new DistributedQueries(
                system,
                directory,
                engine,
                settings.query(),
                now -> cold == null ? tiers.atTime(now) : cold.with(tiers.atTime(now), now),
                clock,
                executor(system, "pharos.sharding.merge-dispatcher"),
                executor(system, "pharos.sharding.root-dispatcher"),
                metrics,
                exemplars.settings().answerMax());
        return new NodeQueries(worker, cluster, metrics);
    }

    private static Executor executor(ActorSystem<?> system, String dispatcher) {
        return system.dispatchers().lookup(DispatcherSelector.fromConfig(dispatcher));
    }
}
