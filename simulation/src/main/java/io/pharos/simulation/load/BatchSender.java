package io.pharos.simulation.load;

import io.pharos.simulation.fault.IncidentTimeline;
import io.pharos.simulation.pool.Timetable;
import java.io.IOException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** One sender: every so-many-th batch of each tick, each when it is due, until the ticks are over. */
final class BatchSender {
    private final RemoteWriteLoad load;
    private final int number;
    private final Timetable timetable;
    private final BatchEncoder encoder;
    private final RequestSender requests;
    private final IncidentTimeline incidents;
    private final InstantSource clock;
    private final @Nullable AcknowledgementListener listener;

    BatchSender(
            RemoteWriteLoad load,
            int number,
            Timetable timetable,
            BatchEncoder encoder,
            RequestSender requests,
            IncidentTimeline incidents,
            InstantSource clock,
            @Nullable AcknowledgementListener listener) {
        this.load = load;
        this.number = number;
        this.timetable = timetable;
        this.encoder = encoder;
        this.requests = requests;
        this.incidents = incidents;
        this.clock = clock;
        this.listener = listener;
    }

    void run() throws InterruptedException, IOException {
        Integer ticks = load.settings().ticks();
        int step = load.settings().senders();
        if (number >= timetable.batches()) {
            return; // more senders than batches
        }
        for (int tick = 0; ticks == null || tick < ticks; tick++) {
            for (int batch = number; batch < timetable.batches(); batch += step) {
                long due = timetable.millis(batch, tick);
                if (load.stoppedWithin(Math.max(0, due - clock.millis()))) {
                    return;
                }
                if (clock.millis() - due > load.settings().lagMax().toMillis()) {
                    load.statistics().unsentSamples.add(timetable.endSeries(batch) - timetable.firstSeries(batch));
                } else {
                    send(batch, tick, due);
                }
            }
        }
    }

    private void send(int batch, int tick, long due) throws InterruptedException, IOException {
        encoder.encode(batch, tick, incidents.asOf(due));
        if (encoder.samples() > 0 && requests.send(encoder) && listener != null) {
            listener.acknowledged(batch, tick);
        }
    }
}
