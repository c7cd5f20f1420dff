package io.pharos.simulation.chaos;

import io.pharos.simulation.RunningSimulation;
import io.pharos.simulation.Simulation;
import io.pharos.simulation.SimulationSettings;
import io.pharos.simulation.SimulationSummary;
import io.pharos.simulation.verify.LedgerVerifier;
import io.pharos.simulation.verify.VerifyReport;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One run: a cluster, a load with a ledger and witnesses are started, faults come by the seed, and at the end everything is proved. */
public final class Chaos {
    /** What operators are promised after a death; said beside what was measured. */
    private static final Duration PROMISED = Duration.ofSeconds(30);
    /** Longer than what is promised: a run on a slow machine is to find what is lost, not what is late. */
    private static final Duration RECOVERY_MAX = Duration.ofMinutes(5);

    private static final Duration INCIDENTS_MAX = Duration.ofMinutes(6);

    private final ChaosSettings settings;
    private final ChaosTarget target;
    private final Path folder;
    private final ChaosTimeline timeline;
    private final ChaosPlan plan;
    private final Map<String, List<Double>> recoveries = new TreeMap<>();

    private Chaos(ChaosSettings settings, ChaosTarget target, Path folder, ChaosTimeline timeline) {
        this.settings = settings;
        this.target = target;
        this.folder = folder;
        this.timeline = timeline;
        this.plan = new ChaosPlan(settings.seed());
    }

    /** The timeline of a run, which the owner of the processes tells what it sees. */
    public static ChaosTimeline timeline(PrintStream out) {
        return new ChaosTimeline(out);
    }

    /**
     * Runs, and prints the timeline and the verdict.
     *
     * @param folder where ledger and configuration go
     */
    public static ChaosVerdict run(
            ChaosSettings settings, ChaosTarget target, Path folder, ChaosTimeline timeline, PrintStream out)
            throws IOException, InterruptedException {
        ChaosVerdict verdict = new Chaos(settings, target, folder, timeline).run();
        out.println();
        verdict.wrong().forEach(line -> out.println("WRONG " + line));
        out.println(verdict.text());
        out.println(
                verdict.wrong().isEmpty()
                        ? "NOTHING WAS LOST (seed " + settings.seed() + ")"
                        : verdict.wrong().size() + " THINGS WERE WRONG (seed " + settings.seed() + "); logs: "
                                + target.logs());
        out.flush();
        return verdict;
    }

    private ChaosVerdict run() throws IOException, InterruptedException {
        try (AlertWitness alerts = new AlertWitness(timeline)) {
            ChaosFiles.write(folder, alerts.port());
            target.start(folder.resolve("prometheus.yml"), folder.resolve("alertmanager.yml"));
            timeline.say(target.nodes() + " nodes are ready");
            Path ledger = folder.resolve("chaos.ledger");
            RunningSimulation load = Simulation.start(SimulationSettings.builder(target.urls())
                    .servers(settings.servers())
                    .metrics(settings.metrics())
                    .interval(settings.interval())
                    .seed(settings.seed())
                    .samplesPerRequest(200)
                    .senders(4)
                    .ledger(ledger)
                    .controlPort(-1)
                    .build());
            String seen;
            SimulationSummary sent;
            try (Witnesses witnesses = new Witnesses(target.urls(), alerts, timeline, InstantSource.system())) {
                witnesses.start(target.nodes());
                hurt(witnesses);
                timeline.say("no more faults; waiting for the end of the incidents");
                witnesses.endIncidents(INCIDENTS_MAX);
                seen = witnesses.summary();
            } finally {
                load.stop();
                sent = load.summary();
            }
            timeline.say("verifying " + sent.acknowledgedSamples() + " acknowledged samples");
            String verified = verify(ledger);
            return new ChaosVerdict(
                    timeline.wrong(),
                    verified + "; " + seen + "; full answers again (promised: " + PROMISED.toSeconds() + " s) "
                            + recoveries());
        }
    }

    private void hurt(Witnesses witnesses) throws IOException, InterruptedException {
        awaitRecovery("the start", System.nanoTime(), witnesses);
        long until = System.nanoTime() + settings.length().toNanos();
        while (System.nanoTime() - until < 0 && timeline.wrong().isEmpty()) {
            ChaosPlan.Step step = plan.next();
            if (step.action() == ChaosAction.ADD_NODE
                    && target.nodes() == target.urls().size()) {
                continue;
            }
            Thread.sleep(step.quiet().toMillis());
            timeline.faultBegins();
            String what = perform(step, witnesses);
            awaitRecovery(what, System.nanoTime(), witnesses);
            timeline.faultEnds();
        }
    }

    /** Does what a step says; returns it in words. */
    private String perform(ChaosPlan.Step step, Witnesses witnesses) throws IOException, InterruptedException {
        int node = step.victim(target.nodes());
        String name = step.action() == ChaosAction.ADD_NODE
                ? "node " + (target.nodes() + 1)
                : step.action().isOnNode() ? "node " + (node + 1) : "the store";
        String what =
                step.action().text() + " " + name + (step.action() == ChaosAction.KILL_BOTH ? " and the store" : "");
        timeline.say(what
                + (step.action().isPause()
                        ? String.format(
                                Locale.ROOT, " for %.1f s", step.length().toMillis() / 1e3)
                        : ""));
        switch (step.action()) {
            case KILL_NODE -> target.killNode(node);
            case RESTART_NODE -> target.restartNode(node);
            case DRAIN_NODE -> drain(node);
            case KILL_STORE -> target.killStore();
            case KILL_BOTH -> {
                target.killStore();
                target.killNode(node);
            }
            case PAUSE_NODE -> {
                target.pauseNode(node);
                try {
                    Thread.sleep(step.length().toMillis());
                } finally {
                    target.resumeNode(node);
                }
            }
            case PAUSE_STORE -> {
                target.pauseStore();
                try {
                    Thread.sleep(step.length().toMillis());
                } finally {
                    target.resumeStore();
                }
            }
            case ADD_NODE -> {
                target.addNode();
                witnesses.watch(target.nodes() - 1);
            }
        }
        return step.action().text()
                + (step.action().isOnNode() || step.action() == ChaosAction.ADD_NODE
                        ? " a node" + (step.action() == ChaosAction.KILL_BOTH ? " and the store" : "")
                        : " the store");
    }

    private void drain(int node) throws IOException, InterruptedException {
        try {
            int shards = new NodeDrain(target.urls().get(node)).run(RECOVERY_MAX);
            timeline.say(shards + " shards left node " + (node + 1) + ", which is restarted now");
        } catch (IOException failure) {
            timeline.wrong(String.valueOf(failure.getMessage()));
        }
        target.restartNode(node);
    }

    /** Waits until every node answers everything exactly. */
    private void awaitRecovery(String after, long sinceNanos, Witnesses witnesses) throws InterruptedException {
        while (!witnesses.answeredAllSince(sinceNanos, target.nodes())) {
            if (System.nanoTime() - sinceNanos > RECOVERY_MAX.toNanos()) {
                timeline.wrong("no full answers " + RECOVERY_MAX.toSeconds() + " s after " + after + ": "
                        + witnesses.silentSince(sinceNanos, target.nodes()));
                return;
            }
            Thread.sleep(50);
        }
        double seconds = (System.nanoTime() - sinceNanos) / 1e9;
        recoveries.computeIfAbsent(after, none -> new ArrayList<>()).add(seconds);
        timeline.say(String.format(
                Locale.ROOT, "writes are acknowledged and every node answers everything, after %.1f s", seconds));
    }

    private String recoveries() {
        List<String> parts = new ArrayList<>();
        recoveries.forEach((after, seconds) -> parts.add(String.format(
                Locale.ROOT,
                "%s %.1f s at most (%d times)",
                after,
                seconds.stream().mapToDouble(Double::doubleValue).max().orElse(0),
                seconds.size())));
        return String.join(", ", parts);
    }

    private String verify(Path ledger) throws InterruptedException {
        List<URI> started = target.urls().subList(0, target.nodes());
        try {
            VerifyReport report = LedgerVerifier.verify(
                    ledger,
                    started,
                    null,
                    new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8));
            report.firstLosses().forEach(loss -> timeline.wrong("acknowledged and not there: " + loss));
            if (!report.isComplete() && report.firstLosses().isEmpty()) {
                timeline.wrong(report.text());
            }
            if (report.acknowledged() == 0) {
                timeline.wrong("nothing was acknowledged at all");
            }
            return "samples: " + report.text();
        } catch (IOException failure) {
            timeline.wrong("the ledger could not be verified: " + failure.getMessage());
            return "samples: not verified";
        }
    }
}
