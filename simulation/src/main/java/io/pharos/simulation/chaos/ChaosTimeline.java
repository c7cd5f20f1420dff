package io.pharos.simulation.chaos;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was done and seen, a line each with the seconds since the beginning, and what was wrong. Thread-safe. */
public final class ChaosTimeline {
    private static final int WRONG_MAX = 100;

    /** A time in which something was hurt, in the clock of {@link System#nanoTime}. */
    private record Fault(long beganNanos, long endedNanos) {}

    private final PrintStream out;
    private final long beganNanos = System.nanoTime();
    private final List<String> wrong = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private long faultSinceNanos;
    private boolean inFault;

    ChaosTimeline(PrintStream out) {
        this.out = out;
    }

    /** Tells a line. */
    public synchronized void say(String line) {
        out.println(String.format(Locale.ROOT, "%7.1f s  ", seconds(System.nanoTime())) + line);
        out.flush();
    }

    /** Tells a line that makes the run a failure. */
    synchronized void wrong(String line) {
        if (wrong.size() < WRONG_MAX) {
            wrong.add(String.format(Locale.ROOT, "at %.1f s: ", seconds(System.nanoTime())) + line);
        }
        say("WRONG: " + line);
    }

    /** From now on something is hurt. */
    synchronized void faultBegins() {
        inFault = true;
        faultSinceNanos = System.nanoTime();
    }

    /** From now on all is whole. */
    synchronized void faultEnds() {
        inFault = false;
        faults.add(new Fault(faultSinceNanos, System.nanoTime()));
    }

    /** Whether something was hurt, or had not recovered, at any moment between two times. */
    synchronized boolean wasHurtBetween(long fromNanos, long toNanos) {
        if (inFault && toNanos - faultSinceNanos >= 0) {
            return true;
        }
        for (Fault fault : faults) {
            if (toNanos - fault.beganNanos >= 0 && fault.endedNanos - fromNanos >= 0) {
                return true;
            }
        }
        return false;
    }

    /** What was wrong, in order. */
    synchronized List<String> wrong() {
        return List.copyOf(wrong);
    }

    private double seconds(long nanos) {
        return (nanos - beganNanos) / 1e9;
    }
}
