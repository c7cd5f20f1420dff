package io.pharos.simulation;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how a simulation is doing: a bar on a terminal, else a plain line every 10 seconds. One thread. */
final class Progress implements AutoCloseable {
    private static final double LINE_EVERY_SECONDS = 10;

    private final PrintStream out;
    private final @Nullable ProgressBar bar;
    private double shownSeconds;
    private long shownSamples;

    private Progress(PrintStream out, @Nullable ProgressBar bar) {
        this.out = out;
        this.bar = bar;
    }

    /** Whether a person is watching: from JDK 22 on there always is a console, and it tells whether it is a terminal. */
    @SuppressWarnings("SystemConsoleNull")
    static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException beforeJdk22) {
            return true;
        }
    }

    static Progress of(SimulationSettings settings, PrintStream out, boolean terminal) {
        if (!terminal) {
            return new Progress(out, null);
        }
        Duration duration = settings.duration();
        return new Progress(
                out,
                new ProgressBarBuilder()
                        .setTaskName("simulating")
                        .setInitialMax(duration == null ? -1 : duration.toSeconds())
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(500)
                        .hideEta()
                        .build());
    }

    void show(SimulationSummary summary) {
        double since = summary.seconds() - shownSeconds;
        if (bar == null && since < LINE_EVERY_SECONDS) {
            return;
        }
        double rate = since <= 0 ? 0 : (summary.acknowledgedSamples() - shownSamples) / since;
        shownSeconds = summary.seconds();
        shownSamples = summary.acknowledgedSamples();
        String line = String.format(
                Locale.ROOT,
                "%,.0f samples/s, p50 %.1f ms, p99 %.1f ms, %d retries, %d refused",
                rate,
                summary.latencyP50Millis(),
                summary.latencyP99Millis(),
                summary.retries(),
                summary.refusedRequests());
        if (bar == null) {
            String error = summary.lastError();
            out.println(String.format(Locale.ROOT, "%4.0f s: ", summary.seconds())
                    + line
                    + (error == null ? "" : "; last error: " + error));
        } else {
            bar.stepTo((long) summary.seconds());
            bar.setExtraMessage(" " + line);
        }
    }

    /** Leaves the line of the bar, so that others may print. */
    void finish() {
        close();
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
