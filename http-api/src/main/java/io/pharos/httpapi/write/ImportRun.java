package io.pharos.httpapi.write;

import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.RawHeader;
import io.pharos.collection.bulk.LineFormat;
import io.pharos.collection.bulk.LineSource;
import io.pharos.collection.bulk.RunGatherer;
import io.pharos.httpapi.json.JsonBody;
import io.pharos.httpapi.server.Answers;
import io.pharos.httpapi.server.Call;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.AppendResult.Refusal;
import io.pharos.timeseries.sample.AppendResult.RefusalReason;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.sample.SampleSink;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One import from its body to its answer; while one batch is being stored the next is read. One thread. */
final class ImportRun {
    private static final int BATCH_SAMPLES = 500_000;
    private static final int LINE_BYTES_MAX = 16 << 20;
    private static final int NAMED_MAX = 10;

    /** Ends the reading: the rest could not be stored either. */
    private static final class GivenUpException extends RuntimeException {
        private static final long serialVersionUID = 1;

        GivenUpException() {
            super("given up", null, false, false);
        }
    }

    private final SampleSink sink;
    private final InstantSource clock;
    private final Duration deadline;
    private final RunGatherer gatherer = new RunGatherer(BATCH_SAMPLES, this::store);
    private final List<String> named = new ArrayList<>();
    private final Map<RefusalReason, Long> refused = new EnumMap<>(RefusalReason.class);
    private @Nullable CompletableFuture<AppendResult> storing;
    private @Nullable LineSource lines;
    private AppendResult.@Nullable Unavailable unavailable;
    private String broken = "";
    private long stored;

    ImportRun(SampleSink sink, InstantSource clock, Duration deadline) {
        this.sink = sink;
        this.clock = clock;
        this.deadline = deadline;
    }

    /** Reads a plain body to its end, or until something cannot be stored. */
    void read(InputStream in, LineFormat format) throws IOException {
        LineSource source = new LineSource(in, LINE_BYTES_MAX);
        lines = source;
        try {
            try {
                source.readAll(format, gatherer);
            } catch (IOException ended) {
                gatherer.flush();
                await();
                throw ended;
            }
            gatherer.flush();
            await();
        } catch (GivenUpException givenUp) {
            // Said by the answer.
        }
    }

    /** The body cannot be read to its end; what came before is stored. */
    void broken(String why) {
        broken = why;
    }

    private void store(SampleBatch batch) {
        await();
        storing = sink.append(batch, clock.instant().plus(deadline)).toCompletableFuture();
    }

    private void await() {
        CompletableFuture<AppendResult> under = storing;
        storing = null;
        if (under == null) {
            return;
        }
        AppendResult result = under.join();
        if (result instanceof AppendResult.Unavailable away) {
            unavailable = away;
            throw new GivenUpException();
        }
        AppendResult.Decided decided = (AppendResult.Decided) result;
        stored += decided.accepted();
        decided.refusedByReason().forEach((reason, count) -> refused.merge(reason, (long) count, Long::sum));
        for (Refusal refusal : decided.refusals()) {
            if (named.size() < NAMED_MAX) {
                named.add(refusal.reason().text() + ": " + refusal.series() + " at " + refusal.timestampMillis() + ": "
                        + refusal.detail());
            }
        }
    }

    HttpResponse answer(Call call) {
        LineSource source = lines;
        long bad = source == null ? 0 : source.badLines();
        long refusals = refused.values().stream().mapToLong(Long::longValue).sum();
        List<String> problems = new ArrayList<>();
        if (!broken.isEmpty()) {
            problems.add(broken);
        }
        if (bad > 0 && source != null) {
            problems.add(bad + " of " + source.lines() + " lines left out");
            problems.addAll(source.errors());
        }
        if (refusals > 0) {
            StringBuilder counts = new StringBuilder(refusals + " samples refused (");
            refused.forEach((reason, count) -> counts.append(counts.charAt(counts.length() - 1) == '(' ? "" : ", ")
                    .append(count)
                    .append(' ')
                    .append(reason.text()));
            problems.add(counts.append(')').toString());
            problems.addAll(named);
        }
        if (unavailable != null) {
            long seconds = Math.max(1, unavailable.retryAfter().plusMillis(999).toSeconds());
            return Answers.text(
                            StatusCodes.SERVICE_UNAVAILABLE,
                            unavailable.reason() + "; " + stored
                                    + " samples stored before, repeating all is harmless\n")
                    .addHeader(RawHeader.create("Retry-After", Long.toString(seconds)));
        }
        boolean json = call.header("accept").toLowerCase(Locale.ROOT).contains("application/json");
        if (json && problems.isEmpty()) {
            return Answers.success(call, JsonBody.whole(out -> {
                out.writeStartObject();
                out.writeNumberField("samples", stored);
                out.writeNumberField("lines", source == null ? 0 : source.lines());
                out.writeEndObject();
            }));
        }
        if (problems.isEmpty()) {
            return HttpResponse.create()
                    .withStatus(StatusCodes.NO_CONTENT)
                    .addHeader(RawHeader.create("X-Pharos-Samples-Stored", Long.toString(stored)));
        }
        return Answers.text(StatusCodes.BAD_REQUEST, stored + " samples stored; " + String.join("\n", problems) + "\n")
                .addHeader(RawHeader.create("X-Pharos-Samples-Stored", Long.toString(stored)));
    }
}
