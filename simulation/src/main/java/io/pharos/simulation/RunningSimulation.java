package io.pharos.simulation;

import io.pharos.simulation.fault.Incident;
import io.pharos.simulation.fault.IncidentControl;
import io.pharos.simulation.fault.IncidentKind;
import io.pharos.simulation.fault.IncidentTimeline;
import io.pharos.simulation.load.ExemplarLoad;
import io.pharos.simulation.load.LoadSettings;
import io.pharos.simulation.load.LoadStatistics;
import io.pharos.simulation.load.RemoteWriteLoad;
import io.pharos.simulation.pool.Fleet;
import io.pharos.simulation.pool.Timetable;
import io.pharos.simulation.verify.Ledger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A simulation under way: its senders, its ledger, its incidents and their control. Any thread. */
public final class RunningSimulation implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration EXEMPLARS_EVERY = Duration.ofSeconds(3);

    private final Fleet fleet;
    private final InstantSource clock;
    private final IncidentTimeline incidents = new IncidentTimeline();
    private final long startedNanos = System.nanoTime();
    private final @Nullable Ledger ledger;
    private final RemoteWriteLoad load;
    private final @Nullable IncidentControl control;
    private final ScheduledThreadPoolExecutor timer;
    private boolean closed;

    private RunningSimulation(SimulationSettings settings, InstantSource clock) throws IOException {
        this.clock = clock;
        fleet = new Fleet(settings.servers(), settings.metrics());
        Timetable timetable = new Timetable(
                clock.millis() - settings.behind().toMillis(),
                settings.interval().toMillis(),
                fleet.series(),
                settings.samplesPerRequest());
        ledger = settings.ledger() == null ? null : Ledger.open(settings.ledger(), settings.seed(), fleet, timetable);
        try {
            control = settings.controlPort() < 0
                    ? null
                    : IncidentControl.open(settings.controlPort(), settings.portFile(), this::startIncident);
        } catch (IOException failure) {
            closeLedger();
            throw failure;
        }
        load = RemoteWriteLoad.start(
                loadSettings(settings), fleet, settings.seed(), timetable, incidents, clock, ledger);
        timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "simulation-incidents");
            thread.setDaemon(true);
            return thread;
        });
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        if (settings.exemplars()) {
            ExemplarLoad exemplars = new ExemplarLoad(loadSettings(settings), fleet, settings.seed(), incidents, clock);
            // After the first samples of their series.
            timer.scheduleWithFixedDelay(
                    exemplars::send,
                    2 * settings.interval().toMillis(),
                    EXEMPLARS_EVERY.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
        if (settings.incidentAfter() != null) {
            timer.schedule(
                    () -> startIncident(
                            IncidentKind.CPU, null, settings.incidentFor().toSeconds()),
                    settings.incidentAfter().toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    static RunningSimulation start(SimulationSettings settings, InstantSource clock) throws IOException {
        return new RunningSimulation(settings, clock);
    }

    private static LoadSettings loadSettings(SimulationSettings settings) {
        Duration duration = settings.duration();
        Integer ticks = duration == null
                ? null
                : Math.toIntExact(duration.toMillis() / settings.interval().toMillis());
        return new LoadSettings(
                settings.urls(),
                ticks,
                settings.senders(),
                SimulationSettings.LAG_MAX.plus(Duration.ofMinutes(1)),
                GRACE,
                settings.bearerToken());
    }

    /** Starts an incident in a pool (null for the first one) and says in one line what happens. */
    public String startIncident(IncidentKind kind, @Nullable String pool, long seconds) {
        int index = pool == null ? 0 : fleet.poolNamed(pool);
        if (index < 0) {
            throw new IllegalArgumentException("no pool '" + pool + "': they are " + fleet.poolName(0) + " to "
                    + fleet.poolName(fleet.pools() - 1));
        }
        Incident incident = incidents.begin(kind, index, clock.millis(), seconds * 1_000, this::record);
        return "incident " + incident.kind().text() + " in pool " + fleet.poolName(index) + " for " + seconds + " s";
    }

    private void record(Incident incident) {
        if (ledger != null) {
            try {
                ledger.began(incident);
            } catch (IOException failure) {
                throw new UncheckedIOException("the ledger cannot be written: " + failure.getMessage(), failure);
            }
        }
    }

    /** The loopback port that takes incidents, or -1 where there is none. */
    public int controlPort() {
        return control == null ? -1 : control.port();
    }

    /** The servers that are simulated. */
    public Fleet fleet() {
        return fleet;
    }

    /** Whether all that was to be sent has been, or the simulation was stopped. */
    public boolean hasEnded() {
        return load.hasEnded();
    }

    /** Waits for the end; true when it came in time. */
    public boolean awaitEnd(Duration atMost) throws InterruptedException {
        return load.awaitEnd(atMost);
    }

    /** What was done so far. */
    public SimulationSummary summary() {
        LoadStatistics seen = load.statistics();
        return new SimulationSummary(
                seen.acknowledgedSamples(),
                seen.acknowledgedRequests(),
                (System.nanoTime() - startedNanos) / 1e9,
                seen.latency().quantileMillis(0.5),
                seen.latency().quantileMillis(0.99),
                seen.retries(),
                seen.refusedRequests(),
                seen.refusedSamples(),
                seen.unsentSamples(),
                load.isBroken(),
                seen.lastError());
    }

    /** Ends the simulation: requests under way get 10 s, then ledger and control are closed. Repeating it does nothing. */
    public synchronized void stop() {
        if (closed) {
            return;
        }
        closed = true;
        timer.shutdown();
        load.close();
        try {
            if (control != null) {
                control.close();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            closeLedger();
        }
    }

    private void closeLedger() {
        if (ledger != null) {
            try {
                ledger.close();
            } catch (IOException failure) {
                throw new UncheckedIOException("ledger " + ledger.file() + ": " + failure.getMessage(), failure);
            }
        }
    }

    /** The same as {@link #stop}. */
    @Override
    public void close() {
        stop();
    }
}
