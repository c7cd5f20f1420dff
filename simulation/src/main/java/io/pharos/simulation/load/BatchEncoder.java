package io.pharos.simulation.load;

import io.pharos.simulation.fault.Incidents;
import io.pharos.simulation.pool.Fleet;
import io.pharos.simulation.pool.ServerValues;
import io.pharos.simulation.pool.Timetable;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Turns a batch at a tick into the body of a request, in a buffer that is used again. One thread. */
final class BatchEncoder {
    /** The templates of all batches, each built when first needed and kept. Any thread. */
    static final class Templates {
        private final Fleet fleet;
        private final Timetable timetable;
        private final AtomicReferenceArray<@Nullable BodyTemplate> all;

        Templates(Fleet fleet, Timetable timetable) {
            this.fleet = fleet;
            this.timetable = timetable;
            this.all = new AtomicReferenceArray<>(timetable.batches());
        }

        BodyTemplate of(int batch) {
            BodyTemplate template = all.get(batch);
            if (template == null) {
                List<Labels> series = new ArrayList<>();
                for (int i = timetable.firstSeries(batch); i < timetable.endSeries(batch); i++) {
                    series.add(fleet.labels(i));
                }
                template = BodyTemplate.of(series);
                all.set(batch, template);
            }
            return template;
        }
    }

    private final Fleet fleet;
    private final Timetable timetable;
    private final Templates templates;
    private final ServerValues values;
    private final double[] batchValues;
    private byte[] buffer = new byte[0];
    private int length;
    private int samples;

    BatchEncoder(Fleet fleet, long seed, Timetable timetable, Templates templates) {
        this.fleet = fleet;
        this.timetable = timetable;
        this.templates = templates;
        this.values = new ServerValues(seed, fleet);
        this.batchValues = new double[timetable.batchSize()];
    }

    /** Encodes a batch at a tick; the result stays in {@link #buffer()} until the next call. */
    void encode(int batch, int tick, Incidents incidents) {
        long millis = timetable.millis(batch, tick);
        int first = timetable.firstSeries(batch);
        int end = timetable.endSeries(batch);
        int metrics = fleet.metrics();
        boolean complete = true;
        for (int at = first; at < end; ) {
            int server = at / metrics;
            int from = at % metrics;
            int to = Math.min(metrics, from + end - at);
            values.fill(server, millis, incidents, from, to, batchValues, at - first);
            complete &= incidents.isEmpty() || !fleet.isDown(server, incidents, millis);
            at += to - from;
        }
        BodyTemplate template = complete ? templates.of(batch) : withoutSilentSeries(first, end, incidents, millis);
        if (buffer.length < template.length()) {
            buffer = new byte[template.length()];
        }
        template.fill(batchValues, millis, buffer);
        length = template.length();
        samples = template.samples();
    }

    /** A template made for this moment: servers that are down say less. Moves the values of the others together. */
    private BodyTemplate withoutSilentSeries(int first, int end, Incidents incidents, long millis) {
        List<Labels> series = new ArrayList<>();
        for (int i = first; i < end; i++) {
            if (fleet.isSent(i, incidents, millis)) {
                batchValues[series.size()] = batchValues[i - first];
                series.add(fleet.labels(i));
            }
        }
        return BodyTemplate.of(series);
    }

    /** The body, from its beginning, {@link #length()} bytes long. */
    byte[] buffer() {
        return buffer;
    }

    /** The body's bytes. */
    int length() {
        return length;
    }

    /** The samples in the body; 0 when every server in the batch is silent. */
    int samples() {
        return samples;
    }

    /** Leaves the buffer to a request that failed and may still be reading it; goes on with a copy. */
    void abandonBuffer() {
        buffer = buffer.clone();
    }
}
