package io.pharos.collection.target;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import io.pharos.collection.ScrapeJob;
import io.pharos.collection.metadata.MetadataCache;
import io.pharos.collection.target.TargetDefinitions.Definition;
import io.pharos.httpclient.HttpAnswer;
import io.pharos.httpclient.HttpHeader;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.ExemplarSink;
import io.pharos.timeseries.sample.SampleBatch;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TargetActorTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private record Fetch(CompletableFuture<HttpAnswer> answer) {}

    private record Write(SampleBatch batch, CompletableFuture<AppendResult> result) {}

    private ActorTestKit kit;
    private TestProbe<Object> seen;
    private ActorRef<TargetActor.Command> target;

    @BeforeEach
    void start() throws Exception {
        kit = ActorTestKit.create();
        seen = kit.createTestProbe();
        target = kit.spawn(behavior(definition("1s")));
    }

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
    }

    private static Definition definition(String interval) throws Exception {
        ScrapeJob job = Jobs.read("{job_name: j, scrape_interval: " + interval + ", scrape_timeout: 1s}");
        ScrapeTarget target = TargetResolver.resolve(job, TargetResolver.discovered(job, Labels.EMPTY, "host:1"))
                .orElseThrow();
        return new Definition(target, Optional.empty(), false);
    }

    private Behavior<TargetActor.Command> behavior(Definition definition) {
        TargetActor.Deps deps = new TargetActor.Deps(
                call -> {
                    Fetch fetch = new Fetch(new CompletableFuture<>());
                    seen.ref().tell(fetch);
                    return fetch.answer;
                },
                (batch, deadline) -> {
                    Write write = new Write(batch, new CompletableFuture<>());
                    seen.ref().tell(write);
                    return write.result;
                },
                (exemplars, deadline) -> {
                    seen.ref().tell(exemplars);
                    return CompletableFuture.completedFuture(new ExemplarSink.Taken(0, Map.of()));
                },
                InstantSource.system(),
                new MetadataCache(10),
                new ScrapeMetrics(new PrometheusRegistry()),
                new WriteOutage(),
                new ScrapeSettings(1 << 20, 1000, false, 10, 1000, 100));
        return TargetActor.create(definition, deps, new TargetActor.Place() {
            @Override
            public void published(TargetStatus status) {
                if (!status.lastError().isEmpty()) {
                    seen.ref().tell(status);
                }
            }

            @Override
            public void ended() {
                seen.ref().tell("ended");
            }

            @Override
            public Behavior<TargetActor.Command> redefined(Definition newer) {
                seen.ref().tell("redefined");
                return behavior(newer);
            }
        });
    }

    private static HttpAnswer answer() {
        return new HttpAnswer.Response(
                200, List.of(new HttpHeader("Content-Type", "text/plain")), "a 1\n".getBytes(StandardCharsets.UTF_8));
    }

    private Write written() {
        seen.expectMessageClass(Fetch.class, PATIENCE).answer.complete(answer());
        return nextWrite();
    }

    /** What is written next; a machine may be so slow that the target is due, and fetches, once more before. */
    private Write nextWrite() {
        Object next = seen.receiveMessage(PATIENCE);
        while (next instanceof Fetch) {
            next = seen.receiveMessage(PATIENCE);
        }
        return (Write) next;
    }

    private void expectEnded() {
        Object next = seen.receiveMessage(PATIENCE);
        while (next instanceof Fetch) {
            next = seen.receiveMessage(PATIENCE);
        }
        assertThat(next).isEqualTo("ended");
        seen.expectTerminated(target, PATIENCE);
    }

    @Test
    void aMoveEndsItWhileItIsFetching() {
        seen.expectMessageClass(Fetch.class, PATIENCE);
        target.tell(new TargetActor.Touch());
        target.tell(new TargetActor.Stop(false));
        expectEnded();
    }

    @Test
    void aMoveEndsItWhileItIsWriting() {
        written();
        target.tell(new TargetActor.Stop(false));
        expectEnded();
    }

    @Test
    void aMoveEndsItWhileItsLastSamplesAreWritten() {
        written().result.complete(AppendResult.Decided.allOf(1));
        target.tell(new TargetActor.Stop(true));
        SampleBatch last = nextWrite().batch;
        assertThat(last.seriesCount()).isEqualTo(6);
        target.tell(new TargetActor.Stop(false));
        expectEnded();
    }

    @Test
    void aTargetWhoseSamplesAreRefusedIsUpAndSaysSo() {
        AppendResult.Refusal refusal = new AppendResult.Refusal(
                "a{}", 1, 1, AppendResult.RefusalReason.METRIC_SERIES_LIMIT, "metric a may have 1 series");
        written()
                .result
                .complete(new AppendResult.Decided(
                        5, List.of(refusal), Map.of(AppendResult.RefusalReason.METRIC_SERIES_LIMIT, 3)));
        TargetStatus status = seen.expectMessageClass(TargetStatus.class, PATIENCE);
        assertThat(status.health()).isEqualTo(TargetHealth.UP);
        assertThat(status.lastError())
                .isEqualTo("3 samples refused, series limit of the metric reached: a{}: metric a may have 1 series");
    }

    @Test
    void aTargetThatIsGoneEndsItsSeriesAndThenItself() {
        written().result.complete(AppendResult.Decided.allOf(1));
        target.tell(new TargetActor.Stop(true));
        nextWrite().result.complete(AppendResult.Decided.allOf(6));
        expectEnded();
    }

    @Test
    void anAnswerToAnOlderDefinitionIsNotTaken() throws Exception {
        Fetch old = seen.expectMessageClass(Fetch.class, PATIENCE);
        target.tell(new TargetActor.Redefine(definition("2s")));
        seen.expectMessage(PATIENCE, "redefined");
        old.answer.complete(answer());
        Fetch next = seen.expectMessageClass(Fetch.class, PATIENCE);
        next.answer.complete(answer());
        nextWrite();
    }
}
