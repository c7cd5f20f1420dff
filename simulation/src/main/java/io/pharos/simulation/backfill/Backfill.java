package io.pharos.simulation.backfill;

import io.pharos.simulation.fault.Incidents;
import io.pharos.simulation.pool.Fleet;
import io.pharos.simulation.pool.ServerValues;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Writes the past of a simulation by {@code /api/v1/import}, as fast as it is taken: the values that it would have sent. */
public final class Backfill {
    private static final int ATTEMPTS_MAX = 30;
    private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(5);

    private final BackfillSettings settings;
    private final BackfillPlan plan;
    private final Fleet fleet;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final AtomicInteger nextPiece = new AtomicInteger();
    private final AtomicLong stored = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final AtomicInteger failed = new AtomicInteger();
    private volatile @Nullable String lastError;

    private Backfill(BackfillSettings settings, long endMillis) {
        this.settings = settings;
        this.plan = BackfillPlan.of(
                settings.servers(), settings.metrics(), settings.interval(), settings.span(), endMillis);
        this.fleet = new Fleet(settings.servers(), settings.metrics());
    }

    /**
     * Writes everything before a time, shows a bar or a line every 10 seconds, and says what was stored.
     *
     * @return 0 when every sample was stored, else 1
     */
    public static int run(BackfillSettings settings, long endMillis, PrintStream out, boolean terminal)
            throws InterruptedException {
        return new Backfill(settings, endMillis).run(out, terminal);
    }

    private int run(PrintStream out, boolean terminal) throws InterruptedException {
        out.println(String.format(
                Locale.ROOT,
                "%,d samples of %,d series over %d hours in %,d requests",
                plan.samples(),
                fleet.series(),
                settings.span().toHours(),
                plan.pieces().size()));
        long started = System.nanoTime();
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < settings.senders(); i++) {
            int number = i;
            Thread sender = new Thread(() -> send(number), "backfill-" + i);
            sender.setDaemon(true);
            sender.start();
            senders.add(sender);
        }
        show(senders, out, terminal);
        double seconds = (System.nanoTime() - started) / 1e9;
        out.println(String.format(
                Locale.ROOT,
                "%,d of %,d samples stored in %.1f s, %,.0f samples/s, %d requests with refusals or failed",
                stored.get(),
                plan.samples(),
                seconds,
                stored.get() / Math.max(seconds, 1e-3),
                failed.get()));
        if (lastError != null) {
            out.println("last error: " + lastError);
        }
        out.flush();
        return failed.get() == 0 && stored.get() == plan.samples() ? 0 : 1;
    }

    private void show(List<Thread> senders, PrintStream out, boolean terminal) throws InterruptedException {
        ProgressBar bar = terminal
                ? new ProgressBarBuilder()
                        .setTaskName("backfill")
                        .setInitialMax(plan.samples())
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(500)
                        .showSpeed()
                        .build()
                : null;
        long shownNanos = System.nanoTime();
        long shownSamples = 0;
        for (Thread sender : senders) {
            while (sender.isAlive()) {
                sender.join(500);
                double seconds = (System.nanoTime() - shownNanos) / 1e9;
                if (bar != null) {
                    bar.stepTo(done.get());
                } else if (seconds >= 10) {
                    long now = done.get();
                    out.println(String.format(
                            Locale.ROOT,
                            "%3.0f %%: %,.0f samples/s",
                            100.0 * now / plan.samples(),
                            (now - shownSamples) / seconds));
                    shownNanos = System.nanoTime();
                    shownSamples = now;
                }
            }
        }
        if (bar != null) {
            bar.close();
        }
    }

    private void send(int sender) {
        ServerValues values = new ServerValues(settings.seed(), fleet);
        JsonLineWriter body = new JsonLineWriter();
        try {
            for (int i = nextPiece.getAndIncrement(); i < plan.pieces().size(); i = nextPiece.getAndIncrement()) {
                BackfillPlan.Piece piece = plan.pieces().get(i);
                encode(piece, values, body);
                deliver(body, sender + i);
                done.addAndGet((long) piece.ticks() * fleet.metrics() * (piece.toServer() - piece.fromServer()));
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void encode(BackfillPlan.Piece piece, ServerValues values, JsonLineWriter body) {
        int metrics = fleet.metrics();
        long step = settings.interval().toMillis();
        double[][] columns = new double[metrics][piece.ticks()];
        double[] moment = new double[metrics];
        byte[] tail = JsonLineWriter.tail(piece.firstMillis(), step, piece.ticks());
        body.clear();
        for (int server = piece.fromServer(); server < piece.toServer(); server++) {
            for (int tick = 0; tick < piece.ticks(); tick++) {
                values.fill(server, piece.firstMillis() + tick * step, Incidents.NONE, 0, metrics, moment, 0);
                for (int metric = 0; metric < metrics; metric++) {
                    columns[metric][tick] = moment[metric];
                }
            }
            for (int metric = 0; metric < metrics; metric++) {
                body.line(
                        JsonLineWriter.head(fleet.labels(server * metrics + metric)),
                        columns[metric],
                        piece.ticks(),
                        tail);
            }
        }
    }

    private void deliver(JsonLineWriter body, int turn) throws InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            URI url = settings.urls()
                    .get(Math.floorMod(turn + attempt, settings.urls().size()));
            HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve("/api/v1/import"))
                    .timeout(REQUEST_TIMEOUT)
                    .header("Content-Type", "application/json")
                    .header("User-Agent", "pharos-simulation")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body.bytes(), 0, body.size()));
            if (settings.bearerToken() != null) {
                request.header("Authorization", "Bearer " + settings.bearerToken());
            }
            try {
                HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
                int status = answer.statusCode();
                if (status / 100 != 2) {
                    lastError = url + " answered " + status + ": " + shortened(answer.body());
                }
                if (status / 100 != 5 && status != 429) {
                    answer.headers()
                            .firstValue("X-Pharos-Samples-Stored")
                            .ifPresent(count -> stored.addAndGet(Long.parseLong(count)));
                    if (status / 100 != 2) {
                        failed.incrementAndGet();
                    }
                    return;
                }
            } catch (IOException broken) {
                lastError = url + " failed: " + broken;
            }
            Thread.sleep(Math.min(5_000, 100L << Math.min(attempt, 6)));
        }
        failed.incrementAndGet();
    }

    private static String shortened(String text) {
        String line = text.strip().replace('\n', ';');
        return line.length() <= 300 ? line : line.substring(0, 300) + "...";
    }
}
