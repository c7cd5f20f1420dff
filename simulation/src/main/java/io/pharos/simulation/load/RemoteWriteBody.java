package io.pharos.simulation.load;

import io.pharos.timeseries.labels.Labels;
import java.util.List;

/** Whole remote write 1.0 bodies outside a load, for tests and benchmarks of those who read them. */
public final class RemoteWriteBody {
    private RemoteWriteBody() {}

    /** A compressed body with one sample of each series, all at one time (milliseconds, between 1971 and 2109). */
    public static byte[] of(List<Labels> series, double[] values, long millis) {
        BodyTemplate template = BodyTemplate.of(series);
        byte[] body = new byte[template.length()];
        template.fill(values, millis, body);
        return body;
    }
}
