package io.pharos.simulation.chaos;

import io.pharos.timeseries.labels.Labels;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The threads that watch a cluster while it is hurt: questions to every node, known samples, incidents. */
final class Witnesses implements AutoCloseable {
    private static final Duration SIGNAL_PATIENCE = Duration.ofSeconds(3);
    /** An incident lasts at least so long after it was told. */
    private static final Duration INCIDENT = Duration.ofSeconds(3);

    private static final int INCIDENTS_AT_ONCE = 3;
    private static final long RAISE_EVERY_MILLIS = 6_000;
    private static final long ROUND_MILLIS = 1_000;

    private final KnownSeries known;
    private final AlertWitness alerts;
    private final ChaosTimeline timeline;
    private final SampleWriter signals;
    private final InstantSource clock;
    private final List<AnswerWatch> answers;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean raising = true;

    Witnesses(List<URI> urls, AlertWitness alerts, ChaosTimeline timeline, InstantSource clock) {
        this.known = new KnownSeries(urls, clock);
        this.alerts = alerts;
        this.timeline = timeline;
        this.signals = new SampleWriter(urls);
        this.clock = clock;
        this.answers = AnswerWatch.of(urls, known, timeline);
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    /** Writes what is known and begins to watch the nodes that were started. */
    void start(int nodes) throws IOException, InterruptedException {
        known.writeFixed();
        for (int node = 0; node < nodes; node++) {
            watch(node);
        }
        start("chaos-moving", () -> every(known::writeMoving));
        start("chaos-signals", this::signal);
    }

    /** Watches one more node. */
    void watch(int node) {
        Thread thread = new Thread(answers.get(node), "chaos-answers-" + node);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (InterruptedException end) {
                        Thread.currentThread().interrupt();
                    } catch (IOException | RuntimeException failure) {
                        timeline.wrong(name + " ended: " + failure.getMessage());
                    }
                },
                name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private static void every(Work work) throws IOException, InterruptedException {
        while (!Thread.currentThread().isInterrupted()) {
            work.run();
            Thread.sleep(ROUND_MILLIS);
        }
    }

    private void signal() throws IOException, InterruptedException {
        long raisedMillis = 0;
        while (!Thread.currentThread().isInterrupted()) {
            int open = alerts.check();
            if (raising && open < INCIDENTS_AT_ONCE && clock.millis() - raisedMillis > RAISE_EVERY_MILLIS) {
                raisedMillis = clock.millis();
                alerts.raise();
            }
            alerts.lowerWhatWasTold(INCIDENT);
            Map<String, Double> all = alerts.signals();
            if (!all.isEmpty()) {
                List<Labels> series = new ArrayList<>();
                all.keySet().forEach(name -> series.add(Labels.of("__name__", AlertWitness.SIGNAL, "incident", name)));
                double[] values =
                        all.values().stream().mapToDouble(Double::doubleValue).toArray();
                signals.write(series, values, clock.millis(), SIGNAL_PATIENCE);
            }
            Thread.sleep(ROUND_MILLIS);
        }
    }

    /** Whether a write that began after a time was acknowledged, and each of so many nodes answered every question asked since. */
    boolean answeredAllSince(long nanos, int nodes) {
        return known.acknowledgedSince(nanos)
                && answers.subList(0, nodes).stream().allMatch(watch -> watch.answeredAllSince(nanos));
    }

    /** The nodes that did not, and what they said last. */
    String silentSince(long nanos, int nodes) {
        StringBuilder text = new StringBuilder(known.acknowledgedSince(nanos) ? "" : "no write was acknowledged");
        for (int node = 0; node < nodes; node++) {
            if (!answers.get(node).answeredAllSince(nanos)) {
                text.append(text.isEmpty() ? "" : "; ")
                        .append("node ")
                        .append(node + 1)
                        .append(": ")
                        .append(answers.get(node).lastError());
            }
        }
        return text.toString();
    }

    /** No new incident; waits until every one is over, and complains about those that are not in time. */
    void endIncidents(Duration patience) throws InterruptedException {
        raising = false;
        long until = System.nanoTime() + patience.toNanos();
        while (alerts.check() > 0 && System.nanoTime() - until < 0) {
            Thread.sleep(200);
        }
    }

    /** What was asked and answered, in a few words. */
    String summary() {
        long exact = answers.stream().mapToLong(AnswerWatch::exact).sum();
        long errors = answers.stream().mapToLong(AnswerWatch::errors).sum();
        return exact + " answers exact, " + errors + " refused or not given while something was hurt; "
                + known.acknowledgedRounds() + " rounds of known samples; " + alerts.summary();
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
