package io.pharos.simulation.chaos;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** What was done and seen, a line each with the seconds since the beginning, and what was wrong. Thread-safe. */
public final class ChaosTimeline {
    private static final int WRONG_MAX = 100;

    /** A time in which something was hurt, by the run's clock. */
    private record Fault(long beganNanos, long endedNanos) {}

    private final PrintStream out;
    private final LongSupplier nanoClock;
    private final long beganNanos;
    private final List<String> wrong = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private long faultSinceNanos;
    private boolean inFault;

    ChaosTimeline(PrintStream out) {
        this(out, System::nanoTime);
    }

    /** @param nanoClock nanoseconds since any moment, never going back: the clock of the whole run */
    ChaosTimeline(PrintStream out, LongSupplier nanoClock) {
        this.out = out;
        this.nanoClock = nanoClock;
        this.beganNanos = nanoClock.getAsLong();
    }

    /** The run's clock now. */
    long nanos() {
        return nanoClock.getAsLong();
    }

    /** Tells a line. */
    public synchronized void say(String line) {
        out.println(String.format(Locale.ROOT, "%7.1f s  ", seconds(nanos())) + line);
        out.flush();
    }

    /** Tells a line that makes the run a failure. */
    synchronized void wrong(String line) {
        if (wrong.size() < WRONG_MAX) {
            wrong.add(String.format(Locale.ROOT, "at %.1f s: ", seconds(nanos())) + line);
        }
        say("WRONG: " + line);
    }

    /** From now on something is hurt. */
    synchronized void faultBegins() {
        inFault = true;
        faultSinceNanos = nanos();
    }

    /** From now on all is whole. */
    synchronized void faultEnds() {
        inFault = false;
        faults.add(new Fault(faultSinceNanos, nanos()));
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
