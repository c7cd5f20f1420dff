package io.pharos.collection.target;

import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.pharos.collection.ScrapeJob;
import io.pharos.collection.metadata.MetadataCache;
import io.pharos.collection.target.TargetDefinitions.Definition;
import io.pharos.httpclient.HttpAnswer;
import io.pharos.httpclient.HttpCall;
import io.pharos.httpclient.HttpHeader;
import io.pharos.httpclient.HttpTransport;
import io.pharos.timeseries.labels.SeriesHash;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.ExemplarBatch;
import io.pharos.timeseries.sample.ExemplarSink;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.sample.SampleSink;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Scrapes one target, at its own offset in the interval, and never while its last scrape is still being fetched or written. */
final class TargetActor extends AbstractBehavior<TargetActor.Command> {
    private static final Logger LOG = LoggerFactory.getLogger(TargetActor.class);
    private static final String ACCEPT = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
            + "text/plain;version=0.0.4;escaping=allow-utf-8;q=0.5,*/*;q=0.1";
    private static final Duration WRITE_MIN = Duration.ofSeconds(1);

    /** A scrape that begins this much late still counts as on time, so that stored timestamps are evenly spaced. */
    private static final long ON_TIME_MILLIS = 20;

    sealed interface Command {}

    /** Nothing to do for a target that runs: it only has to be there. Goes from node to node. */
    record Touch() implements Command, CollectionSerializable {}

    /** The configuration says something else of the same target. */
    record Redefine(Definition definition) implements Command {}

    /**
     * The target ends here.
     *
     * @param endSeries whether its series end: not so when another target or another node goes on with them
     */
    record Stop(boolean endSeries) implements Command {}

    private record Scrape() implements Command {}

    private record Fetched(TargetActor by, HttpAnswer answer) implements Command {}

    private record Written(
            TargetActor by,
            @Nullable AppendResult result,
            @Nullable Throwable failure) implements Command {}

    /** What a target needs to work; shared by all. */
    record Deps(
            HttpTransport transport,
            SampleSink sink,
            ExemplarSink exemplars,
            InstantSource clock,
            MetadataCache metadata,
            ScrapeMetrics metrics,
            WriteOutage outage,
            ScrapeSettings settings) {}

    /** Where a target runs, and what it tells there; called on the target's thread. */
    interface Place {
        /** Takes each new status. */
        void published(TargetStatus status);

        /** The target runs here no more, for now or for good. */
        void ended();

        /** The target by a newer definition. */
        Behavior<Command> redefined(Definition definition);
    }

    private final ScrapeTarget target;
    private final Optional<String> forcedError;
    private final Deps deps;
    private final Place place;
    private final TimerScheduler<Command> timers;
    private final ScrapeReader reader;
    private final HttpCall call;
    private TargetStatus status;
    private long dueMillis;
    private long scrapeMillis;
    private long startedNanos;
    private boolean fetching;
    private boolean writing;
    /** What the shards said of the samples of the last scrape that was written; empty where none was refused. */
    private String refused = "";

    private boolean stopping;

    /** An actor for one target. */
    static Behavior<Command> create(Definition definition, Deps deps, Place place) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new TargetActor(context, timers, definition, deps, place)));
    }

    private TargetActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Definition definition,
            Deps deps,
            Place place) {
        super(context);
        this.timers = timers;
        this.target = definition.target();
        this.forcedError = definition.forcedError();
        this.deps = deps;
        this.place = place;
        reader = new ScrapeReader(
                target,
                deps.metadata(),
                deps.settings().seriesMax(),
                deps.settings().exemplarsMax());
        call = call(target, deps.settings());
        status = unscraped(target);
        place.published(status);
        long now = deps.clock().millis();
        long interval = target.interval().toMillis();
        dueMillis = now + Math.floorMod(offset(target, interval) - now, interval);
        schedule(now);
    }

    /** The status of a target before its first scrape. */
    static TargetStatus unscraped(ScrapeTarget target) {
        return new TargetStatus(
                target.discovered(),
                target.labels(),
                target.job().name(),
                target.url().toString(),
                NodeName.global(target.url()),
                "",
                Optional.empty(),
                Duration.ZERO,
                TargetHealth.UNKNOWN,
                target.interval(),
                target.timeout());
    }

    private static long offset(ScrapeTarget target, long intervalMillis) {
        SeriesHash.Words words = new SeriesHash.Words();
        byte[] key = target.key().getBytes(StandardCharsets.UTF_8);
        SeriesHash.hash(key, 0, key.length, 0, words);
        return Long.remainderUnsigned(words.high, intervalMillis);
    }

    private static HttpCall call(ScrapeTarget target, ScrapeSettings settings) {
        ScrapeJob job = target.job();
        List<HttpHeader> headers = new ArrayList<>();
        headers.add(new HttpHeader("Accept", ACCEPT));
        headers.add(new HttpHeader("User-Agent", "Pharos"));
        headers.add(new HttpHeader(
                "X-Prometheus-Scrape-Timeout-Seconds",
                String.valueOf(target.timeout().toMillis() / 1000.0)));
        if (job.compression()) {
            headers.add(new HttpHeader("Accept-Encoding", "gzip"));
        }
        long limit = job.limits().bodyBytes() > 0 ? job.limits().bodyBytes() : settings.bodyBytesMax();
        return HttpCall.get(target.url(), List.copyOf(headers), target.timeout(), limit, job.client());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Scrape.class, m -> onScrape())
                .onMessage(Fetched.class, this::onFetched)
                .onMessage(Written.class, this::onWritten)
                .onMessage(Touch.class, m -> this)
                .onMessage(Redefine.class, this::onRedefine)
                .onMessage(Stop.class, this::onStop)
                .onSignal(PreRestart.class, m -> onEnded())
                .onSignal(PostStop.class, m -> onEnded())
                .build();
    }

    private void schedule(long now) {
        timers.startSingleTimer(new Scrape(), Duration.ofMillis(Math.max(0, dueMillis - now)));
    }

    private Behavior<Command> onScrape() {
        long now = deps.clock().millis();
        long interval = target.interval().toMillis();
        long late = now - dueMillis;
        boolean onTime = late >= 0 && late <= Math.min(ON_TIME_MILLIS, interval / 50);
        if (fetching || writing) {
            deps.metrics().missed.inc();
        } else {
            scrapeMillis = onTime ? dueMillis : now;
            startedNanos = System.nanoTime();
            if (forcedError.isPresent()) {
                failed(forcedError.get());
            } else {
                fetching = true;
                getContext()
                        .pipeToSelf(
                                deps.transport().send(call),
                                (answer, failure) -> new Fetched(
                                        this,
                                        failure == null
                                                ? answer
                                                : new HttpAnswer.Failure(
                                                        HttpAnswer.Kind.PROTOCOL, String.valueOf(failure))));
            }
        }
        dueMillis += Math.max(1, late / interval + 1) * interval;
        schedule(now);
        return this;
    }

    private Behavior<Command> onFetched(Fetched fetched) {
        if (fetched.by() != this) {
            return this; // asked for by an older definition
        }
        fetching = false;
        if (stopping) {
            return Behaviors.stopped();
        }
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        try {
            HttpAnswer.Response response = usable(fetched.answer());
            SampleBatch batch = reader.read(response.body(), isOpenMetrics(response), scrapeMillis, seconds);
            done(TargetHealth.UP, refused);
            write(batch, reader.exemplars(), deps.clock().instant());
        } catch (ScrapeException e) {
            failed(String.valueOf(e.getMessage()));
        }
        return this;
    }

    private static HttpAnswer.Response usable(HttpAnswer answer) throws ScrapeException {
        if (answer instanceof HttpAnswer.Failure failure) {
            throw new ScrapeException(failure.sentence());
        }
        HttpAnswer.Response response = (HttpAnswer.Response) answer;
        if (response.status() != 200) {
            throw new ScrapeException("server returned HTTP status " + response.status());
        }
        return response;
    }

    private boolean isOpenMetrics(HttpAnswer.Response response) throws ScrapeException {
        String type = response.header("Content-Type").orElse("");
        int end = type.indexOf(';');
        String media = (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        if (media.equals("text/plain")) {
            return false;
        }
        if (media.equals("application/openmetrics-text")) {
            return true;
        }
        return switch (target.job().fallback()) {
            case OPEN_METRICS -> true;
            case PROMETHEUS_TEXT -> false;
            case NONE ->
                throw new ScrapeException("the answer's content type '" + type
                        + "' is not known, and no fallback_scrape_protocol is set");
        };
    }

    private void failed(String error) {
        deps.metrics().failures.inc();
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        done(TargetHealth.DOWN, error);
        write(
                reader.failed(scrapeMillis, seconds),
                ExemplarBatch.EMPTY,
                deps.clock().instant());
    }

    private void done(TargetHealth health, String error) {
        deps.metrics().scrapes.inc();
        if (health == TargetHealth.DOWN && status.health() != TargetHealth.DOWN) {
            LOG.info("Target {} of {} is down: {}", target.url(), target.job().name(), error);
        }
        publish(health, error, Duration.ofNanos(System.nanoTime() - startedNanos));
    }

    private void publish(TargetHealth health, String error, Duration took) {
        status = new TargetStatus(
                status.discoveredLabels(),
                status.labels(),
                status.scrapePool(),
                status.scrapeUrl(),
                status.globalUrl(),
                error,
                Optional.of(Instant.ofEpochMilli(scrapeMillis)),
                took,
                health,
                status.interval(),
                status.timeout());
        place.published(status);
    }

    private void write(SampleBatch batch, ExemplarBatch exemplars, Instant now) {
        writing = true;
        Duration patience = target.interval().compareTo(WRITE_MIN) < 0 ? WRITE_MIN : target.interval();
        CompletionStage<AppendResult> writing = deps.sink().append(batch, now.plus(patience));
        if (!exemplars.isEmpty()) {
            // After the samples: an exemplar of a series that has none is refused. What becomes of them the sink
            // counts.
            writing = writing.thenCompose(result -> result instanceof AppendResult.Decided
                    ? deps.exemplars().append(exemplars, now.plus(patience)).thenApply(taken -> result)
                    : CompletableFuture.completedStage(result));
        }
        getContext().pipeToSelf(writing, (result, failure) -> new Written(this, result, failure));
    }

    private Behavior<Command> onWritten(Written written) {
        if (written.by() == this) {
            writing = false;
        }
        if (written.result() instanceof AppendResult.Decided decided) {
            deps.outage().succeeded();
            deps.metrics().samples.inc(decided.accepted());
            if (decided.refused() > 0) {
                deps.metrics().refused.inc(decided.refused());
                LOG.debug("Samples of {} refused: {}", target.url(), decided.refusals());
            }
            showRefused(decided);
        } else {
            deps.metrics().unwritten.inc();
            deps.outage()
                    .failed(
                            written.result() instanceof AppendResult.Unavailable unavailable
                                    ? unavailable.reason()
                                    : String.valueOf(written.failure()));
        }
        return stopping && !writing ? Behaviors.stopped() : this;
    }

    /** A target is up however many of its samples are refused, but whoever looks at it is to see that they are. */
    private void showRefused(AppendResult.Decided decided) {
        String before = refused;
        refused = decided.refused() == 0 ? "" : decided.summary();
        if (!refused.equals(before) && status.health() == TargetHealth.UP) {
            publish(TargetHealth.UP, refused, status.lastScrapeDuration());
        }
    }

    private Behavior<Command> onRedefine(Redefine redefine) {
        if (stopping) {
            return this; // it starts anew, by the newer definition, once it has ended
        }
        timers.cancelAll();
        return place.redefined(redefine.definition());
    }

    private Behavior<Command> onEnded() {
        place.ended();
        return this;
    }

    private Behavior<Command> onStop(Stop stop) {
        boolean ending = stopping;
        stopping = true;
        timers.cancelAll();
        if (stop.endSeries() && !ending) {
            SampleBatch last = reader.ended(deps.clock().millis());
            if (last.seriesCount() > 0) {
                write(last, ExemplarBatch.EMPTY, deps.clock().instant());
            }
        }
        // What is being written goes its way without this actor, so only the end of series is waited for, to count it.
        return stop.endSeries() && writing ? this : Behaviors.stopped();
    }
}
