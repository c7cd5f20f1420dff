package io.pharos.simulation.backfill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The past cut into pieces, each one request: some servers on a stretch of one UTC day. Whole days of a series travel together, so that
 * few long chunks come of them.
 *
 * @param pieces the oldest first
 * @param samples of all pieces
 */
record BackfillPlan(List<Piece> pieces, long samples) {
    private static final long DAY_MILLIS = 86_400_000L;
    private static final int SAMPLES_A_PIECE = 400_000;

    /** Servers from one up to another (exclusive), at so many times. */
    record Piece(int fromServer, int toServer, long firstMillis, int ticks) {}

    /**
     * Plans a past.
     *
     * @param endMillis the past is before this time
     */
    static BackfillPlan of(int servers, int metrics, Duration interval, Duration span, long endMillis) {
        long step = interval.toMillis();
        long end = Math.floorDiv(endMillis, step) * step;
        long begin = end - Math.floorDiv(span.toMillis(), step) * step;
        List<Piece> pieces = new ArrayList<>();
        long samples = 0;
        for (long from = begin; from < end; ) {
            long dayEnd = Math.min(end, (Math.floorDiv(from, DAY_MILLIS) + 1) * DAY_MILLIS);
            int ticks = (int) ((dayEnd - from + step - 1) / step);
            long ofServer = (long) ticks * metrics;
            int together = (int) Math.max(1, SAMPLES_A_PIECE / ofServer);
            for (int server = 0; server < servers; server += together) {
                int to = Math.min(servers, server + together);
                pieces.add(new Piece(server, to, from, ticks));
                samples += (to - server) * ofServer;
            }
            from += ticks * step;
        }
        return new BackfillPlan(List.copyOf(pieces), samples);
    }
}
