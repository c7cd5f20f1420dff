package io.pharos.sharding.query;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.pharos.promql.engine.EngineSettings;
import io.pharos.promql.engine.MemoryBudget;
import io.pharos.promql.plan.SubPlanEvaluator;
import io.pharos.sharding.series.SeriesTable;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.sharding.shard.RolledDays;
import io.pharos.sharding.shard.SeriesShard;
import io.pharos.timeseries.index.StringPool;
import io.pharos.timeseries.store.memory.InMemoryStores;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class BarrierWaitTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration LONG = Duration.ofMinutes(5);

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private static OpenShard shard(int number, Behavior<SeriesShard.Command> behavior) {
        return new OpenShard(
                number,
                1,
                new SeriesTable(new StringPool(), 1000, 1000),
                KIT.spawn(behavior),
                new RolledDays(
                        new InMemoryStores().stores().rollupProgress(),
                        number,
                        1,
                        RolledDays.Rules.NONE,
                        InstantSource.system()));
    }

    private static Behavior<SeriesShard.Command> passing(int number) {
        return Behaviors.receive(SeriesShard.Command.class)
                .onMessage(SeriesShard.Barrier.class, barrier -> {
                    barrier.replyTo().tell(new SeriesShard.Passed(number, 1));
                    return Behaviors.same();
                })
                .build();
    }

    private static Behavior<SeriesShard.Command> stopping() {
        return Behaviors.receiveMessage(any -> Behaviors.stopped());
    }

    @Test
    void endsWhenEveryShardPassedOrStopped() {
        TestProbe<Boolean> outcome = KIT.createTestProbe();
        ActorRef<?> wait = KIT.spawn(BarrierWait.create(
                List.of(shard(0, passing(0)), shard(1, stopping()), shard(2, passing(2))), LONG, outcome.ref()::tell));
        assertThat(outcome.expectMessageClass(Boolean.class, Duration.ofMinutes(2)))
                .isTrue();
        outcome.expectTerminated(wait, Duration.ofMinutes(2));
    }

    @Test
    void endsWhenTheTimeIsOver() {
        TestProbe<Boolean> outcome = KIT.createTestProbe();
        ActorRef<?> wait = KIT.spawn(BarrierWait.create(
                List.of(shard(0, passing(0)), shard(1, Behaviors.ignore())),
                Duration.ofMillis(50),
                outcome.ref()::tell));
        assertThat(outcome.expectMessageClass(Boolean.class, Duration.ofMinutes(2)))
                .isFalse();
        outcome.expectTerminated(wait, Duration.ofMinutes(2));
    }

    @Test
    void aWorkerRefusesWhenAShardStopsBehindTheBarrier() {
        Map<Integer, OpenShard> open = new ConcurrentHashMap<>();
        open.put(0, shard(0, passing(0)));
        open.put(1, shard(1, Behaviors.receiveMessage(any -> {
            open.remove(1);
            return Behaviors.stopped();
        })));
        TestProbe<QueryWorker.Answer> asker = KIT.createTestProbe();
        ActorRef<QueryWorker.Command> worker = KIT.spawn(QueryWorker.create(
                open::get,
                TestStored.samples(new InMemoryStores().stores()),
                NoExemplars.search(),
                new SubPlanEvaluator(
                        EngineSettings.of(ConfigFactory.parseResources("pharos/reference.conf")),
                        new MemoryBudget(1 << 20)),
                new QuerySettings(2, 10, Duration.ofSeconds(1), 200, 1 << 20),
                Runnable::run,
                new QueryMetrics(new PrometheusRegistry())));
        worker.tell(new QueryWorker.Ask(
                7,
                Map.of(0, 1L, 1, 1L),
                new QueryWorker.Find(QueryWorker.Find.What.NAMES, "", List.of(), 0, 1, 0),
                LONG,
                true,
                1,
                asker.ref()));
        assertThat(asker.expectMessageClass(QueryWorker.Answer.class, Duration.ofMinutes(2)))
                .isInstanceOf(QueryWorker.Refused.class);
    }
}
