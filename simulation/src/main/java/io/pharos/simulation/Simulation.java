package io.pharos.simulation;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs a simulation in the foreground, as a command does, or beside other work. */
public final class Simulation {
    private Simulation() {}

    /** Starts a simulation in threads of its own; an {@link IOException} says which file or port could not be opened. */
    public static RunningSimulation start(SimulationSettings settings) throws IOException {
        return RunningSimulation.start(settings, InstantSource.system());
    }

    /**
     * Runs a simulation until its duration is over or the process is asked to end, shows its progress (a bar on a terminal, else
     * a line every 10 s) and prints the summary. The summary's exit code is the command's.
     */
    public static SimulationSummary run(SimulationSettings settings, PrintStream out)
            throws IOException, InterruptedException {
        try (RunningSimulation running = start(settings);
                Progress progress = Progress.of(settings, out, Progress.isTerminal())) {
            AtomicBoolean told = new AtomicBoolean();
            Thread atExit = new Thread(
                    () -> {
                        running.stop();
                        tell(running, out, told);
                    },
                    "simulation-exit");
            Runtime.getRuntime().addShutdownHook(atExit);
            out.println(
                    running.fleet().servers() + " servers in " + running.fleet().pools() + " pools, "
                            + running.fleet().series() + " series every "
                            + settings.interval().toMillis() + " ms"
                            + (running.controlPort() < 0 ? "" : ", control port " + running.controlPort()));
            while (!running.awaitEnd(Duration.ofSeconds(1))) {
                progress.show(running.summary());
            }
            running.stop();
            progress.finish();
            tell(running, out, told);
            removeHook(atExit);
            return running.summary();
        }
    }

    /** Whether a person is watching. */
    public static boolean isTerminal() {
        return Progress.isTerminal();
    }

    private static void tell(RunningSimulation running, PrintStream out, AtomicBoolean told) {
        if (told.compareAndSet(false, true)) {
            out.println(running.summary().text());
            out.flush();
        }
    }

    private static void removeHook(Thread atExit) {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException shuttingDown) {
            // The hook runs already, and what it does may be repeated.
        }
    }
}
