package io.pharos.simulation.verify;

import io.pharos.simulation.fault.Incidents;
import io.pharos.simulation.pool.Fleet;
import io.pharos.simulation.pool.ServerValues;
import io.pharos.simulation.pool.Timetable;
import io.pharos.timeseries.labels.Labels;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads back every acknowledged sample of a ledger and compares its value, bit by bit, with the one computed anew. Servers are
 * asked for in groups and ticks in windows, so that no answer has more than about 100,000 samples. One thread.
 */
public final class LedgerVerifier {
    private static final int SERIES_A_QUERY = 2_000;
    private static final int SAMPLES_A_QUERY = 100_000;
    private static final int LOSSES_TOLD = 10;
    private static final long RETRY_FOR_NANOS = 120_000_000_000L;
    private static final long RETRY_PAUSE_MILLIS = 500;
    private static final long PROGRESS_EVERY_NANOS = 10_000_000_000L;

    private final RangeReader reader;
    private final PrintStream out;
    private final long startedNanos = System.nanoTime();
    private long toldNanos = startedNanos;
    private long acknowledged;
    private long found;
    private long missing;
    private long different;
    private final List<String> losses = new ArrayList<>();

    private LedgerVerifier(RangeReader reader, PrintStream out) {
        this.reader = reader;
        this.out = out;
    }

    /**
     * Verifies a ledger against nodes and prints progress, the first losses and the report.
     *
     * @param urls base addresses, asked in turn
     * @param bearerToken the token sent with each request, or null
     * @throws IOException when the ledger cannot be read, or a query is not answered for two minutes
     */
    public static VerifyReport verify(Path ledger, List<URI> urls, @Nullable String bearerToken, PrintStream out)
            throws IOException, InterruptedException {
        LedgerVerifier verifier = new LedgerVerifier(new RangeReader(List.copyOf(urls), bearerToken), out);
        for (LedgerSession session : LedgerReader.read(ledger).sessions()) {
            verifier.verify(session);
        }
        VerifyReport report = new VerifyReport(
                verifier.acknowledged, verifier.found, verifier.missing, verifier.different, verifier.losses);
        report.firstLosses().forEach(out::println);
        out.println(report.text());
        return report;
    }

    private void verify(LedgerSession session) throws IOException, InterruptedException {
        Fleet fleet = session.fleet();
        int serversAtOnce = Math.max(1, SERIES_A_QUERY / fleet.metrics());
        int ticksAtOnce = Math.max(1, SAMPLES_A_QUERY / Math.max(SERIES_A_QUERY, fleet.metrics()));
        for (int server = 0; server < fleet.servers(); server += serversAtOnce) {
            Group group = new Group(session, server, Math.min(fleet.servers(), server + serversAtOnce));
            for (int tick = 0; tick < session.ticks(); tick += ticksAtOnce) {
                int end = Math.min(session.ticks(), tick + ticksAtOnce);
                if (group.hasAcknowledged(tick, end)) {
                    read(group, tick, end);
                    compare(group, tick, end);
                }
                tellProgress();
            }
        }
    }

    /** Reads a window; while a node restarts or recovers, waits for it. */
    private void read(Group group, int fromTick, int endTick) throws IOException, InterruptedException {
        long giveUpNanos = System.nanoTime() + RETRY_FOR_NANOS;
        while (true) {
            group.clear(fromTick, endTick);
            try {
                reader.read(group.selector, group.millisBefore(fromTick), group.millisBefore(endTick), group);
                return;
            } catch (RangeReader.Unanswered unanswered) {
                if (System.nanoTime() - giveUpNanos > 0) {
                    throw unanswered;
                }
                Thread.sleep(RETRY_PAUSE_MILLIS);
            }
        }
    }

    private void compare(Group group, int fromTick, int endTick) {
        LedgerSession session = group.session;
        Timetable timetable = session.timetable();
        Incidents incidents = session.incidents();
        ServerValues values = new ServerValues(session.seed(), session.fleet());
        int metrics = session.fleet().metrics();
        double[] expected = new double[metrics];
        for (int tick = fromTick; tick < endTick; tick++) {
            for (int server = group.firstServer; server < group.endServer; server++) {
                int first = server * metrics;
                for (int series = first; series < first + metrics; series++) {
                    int batch = timetable.batchOf(series);
                    long millis = timetable.millis(batch, tick);
                    if (series == first || batch != timetable.batchOf(series - 1)) {
                        int end = Math.min(first + metrics, timetable.endSeries(batch));
                        values.fill(server, millis, incidents, series - first, end - first, expected, series - first);
                    }
                    if (session.isAcknowledged(batch, tick) && session.fleet().isSent(series, incidents, millis)) {
                        compare(group, series, tick, millis, expected[series - first]);
                    }
                }
            }
        }
    }

    private void compare(Group group, int series, int tick, long millis, double expected) {
        acknowledged++;
        int cell = group.cell(series, tick);
        if (!group.seen.get(cell)) {
            missing++;
            lost(group, series, millis, "missing, was " + expected);
        } else if (Double.doubleToRawLongBits(group.values[cell]) != Double.doubleToRawLongBits(expected)) {
            different++;
            lost(group, series, millis, group.values[cell] + " instead of " + expected);
        } else {
            found++;
        }
    }

    private void lost(Group group, int series, long millis, String what) {
        if (losses.size() < LOSSES_TOLD) {
            losses.add(group.session.fleet().labels(series) + " at " + millis + ": " + what);
        }
    }

    private void tellProgress() {
        long now = System.nanoTime();
        if (now - toldNanos > PROGRESS_EVERY_NANOS) {
            toldNanos = now;
            out.println("verified " + acknowledged + " samples in " + (now - startedNanos) / 1_000_000_000 + " s, "
                    + missing + " missing, " + different + " different");
        }
    }

    /** The servers of one query, and what was read of them in one window of ticks. */
    private static final class Group implements RangeReader.SampleVisitor {
        final LedgerSession session;
        final int firstServer;
        final int endServer;
        final String selector;
        final Map<Labels, Integer> seriesOf = new HashMap<>();
        final BitSet seen = new BitSet();
        double[] values = new double[0];
        private int fromTick;
        private int ticks;
        private int current;

        Group(LedgerSession session, int firstServer, int endServer) {
            this.session = session;
            this.firstServer = firstServer;
            this.endServer = endServer;
            Fleet fleet = session.fleet();
            StringBuilder instances = new StringBuilder();
            for (int server = firstServer; server < endServer; server++) {
                instances.append(server == firstServer ? "" : "|").append(fleet.instance(server));
                for (int metric = 0; metric < fleet.metrics(); metric++) {
                    int series = server * fleet.metrics() + metric;
                    seriesOf.put(fleet.labels(series), series);
                }
            }
            String operator = endServer - firstServer == 1 ? "=\"" : "=~\"";
            selector = "{job=\"" + Fleet.JOB + "\",instance" + operator + instances + "\"}";
        }

        boolean hasAcknowledged(int from, int end) {
            Timetable timetable = session.timetable();
            int metrics = session.fleet().metrics();
            int lastBatch = timetable.batchOf(endServer * metrics - 1);
            for (int batch = timetable.batchOf(firstServer * metrics); batch <= lastBatch; batch++) {
                for (int tick = from; tick < end; tick++) {
                    if (session.isAcknowledged(batch, tick)) {
                        return true;
                    }
                }
            }
            return false;
        }

        void clear(int from, int end) {
            fromTick = from;
            ticks = end - from;
            seen.clear();
            int cells = ticks * (endServer - firstServer) * session.fleet().metrics();
            if (values.length < cells) {
                values = new double[cells];
            }
        }

        /** The last millisecond before a tick. */
        long millisBefore(int tick) {
            return session.timetable().millis(0, tick) - 1;
        }

        int cell(int series, int tick) {
            return (series - firstServer * session.fleet().metrics()) * ticks + tick - fromTick;
        }

        @Override
        public boolean series(Labels labels) {
            Integer series = seriesOf.get(labels);
            current = series == null ? -1 : series;
            return series != null;
        }

        @Override
        public void sample(long millis, double value) {
            Timetable timetable = session.timetable();
            long since = millis - timetable.millis(timetable.batchOf(current), fromTick);
            long tick = since / timetable.intervalMillis();
            if (since >= 0 && since % timetable.intervalMillis() == 0 && tick < ticks) {
                int cell = cell(current, fromTick + (int) tick);
                values[cell] = value;
                seen.set(cell);
            }
        }
    }
}
