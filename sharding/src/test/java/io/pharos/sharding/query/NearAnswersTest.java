package io.pharos.sharding.query;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import io.pharos.promql.engine.EngineSettings;
import io.pharos.promql.engine.MemoryBudget;
import io.pharos.promql.engine.QueryTimes;
import io.pharos.promql.plan.SubPlan;
import io.pharos.promql.plan.SubPlanEvaluator;
import io.pharos.promql.query.Tiers;
import io.pharos.timeseries.store.memory.InMemoryStores;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What an asker in the worker's own process has not taken yet counts as held, as pages for other nodes do. */
class NearAnswersTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration LONG = Duration.ofMinutes(5);

    /** A value for each of 11,001 steps: 88 kB. */
    private static final QueryTimes TIMES = new QueryTimes(0, 11_000_000, 1_000);

    private final MemoryBudget budget = new MemoryBudget(1 << 20);
    private final AtomicInteger evaluated = new AtomicInteger();
    private final TestProbe<QueryWorker.Answer> asker = KIT.createTestProbe();
    private final ActorRef<QueryWorker.Command> worker = KIT.spawn(QueryWorker.create(
            number -> null,
            TestStored.samples(new InMemoryStores().stores()),
            NoExemplars.search(),
            new SubPlanEvaluator(EngineSettings.of(ConfigFactory.parseResources("pharos/reference.conf")), budget),
            new QuerySettings(2, 10, Duration.ofSeconds(1), 200, 100_000),
            task -> {
                evaluated.incrementAndGet();
                task.run();
            },
            new QueryMetrics(new PrometheusRegistry())));

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private void ask(long stream, String expression) {
        SubPlan part = new SubPlan(0, expression, SubPlan.Kind.SERIES, TIMES, TIMES.steps());
        worker.tell(new QueryWorker.Ask(
                stream, Map.of(), new QueryWorker.Evaluate(part, LONG, Tiers.RAW_ONLY), LONG, false, 4, asker.ref()));
    }

    private QueryWorker.Answer answer() {
        return asker.expectMessageClass(QueryWorker.Answer.class, Duration.ofMinutes(1));
    }

    /** The worker has seen everything that was told before. */
    private void fence() {
        worker.tell(new QueryWorker.More(99, 0, 1, asker.ref()));
        assertThat(answer()).isInstanceOf(QueryWorker.Refused.class);
    }

    @Test
    void questionsWaitUntilLargeAnswersAreTaken() {
        ask(1, "vector(time())");
        assertThat(((QueryWorker.ResultPage) answer()).content().memoryBytes()).isGreaterThan(88_000);
        ask(2, "vector(time())");
        assertThat(answer().stream()).isEqualTo(2);
        fence();
        ask(3, "vector(1)");
        fence();
        assertThat(evaluated).as("the first two hold more than there may be").hasValue(2);
        worker.tell(new QueryWorker.Cancel(1));
        assertThat(answer().stream()).isEqualTo(3);
        assertThat(evaluated).hasValue(3);
        assertThat(budget.drawnBytes()).isZero();
    }
}
