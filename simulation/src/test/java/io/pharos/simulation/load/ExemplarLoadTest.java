package io.pharos.simulation.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.simulation.WriteRequestReader;
import io.pharos.simulation.fault.Incident;
import io.pharos.simulation.fault.IncidentKind;
import io.pharos.simulation.fault.Incidents;
import io.pharos.simulation.pool.Fleet;
import io.pharos.simulation.pool.TracedRequests;
import io.pharos.simulation.pool.TracedRequests.Traced;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExemplarLoadTest {
    private static final long NOW = 1_790_000_000_000L;

    private static List<Traced> many(Fleet fleet, Incidents incidents) {
        List<Traced> all = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            all.addAll(TracedRequests.of(fleet, 1, incidents, NOW + i));
        }
        return all;
    }

    private static double bound(String le) {
        return le.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(le);
    }

    @Test
    void eachIsInTheBucketItsTimeFallsInto() {
        Fleet fleet = new Fleet(40, 50);
        List<Traced> traced = many(fleet, Incidents.NONE);
        Set<String> ids = new HashSet<>();
        Set<String> buckets = new HashSet<>();
        for (Traced one : traced) {
            assertThat(one.bucket().get("__name__")).isEqualTo("sim_request_duration_seconds_bucket");
            String le = one.bucket().valueOf("le");
            assertThat(one.seconds()).isPositive().isLessThanOrEqualTo(bound(le));
            assertThat(one.traceId()).hasSize(32);
            assertThat(ids.add(one.traceId())).isTrue();
            buckets.add(le);
        }
        assertThat(traced).hasSize(2000);
        assertThat(buckets).hasSize(10);
        assertThat(many(new Fleet(40, 20), Incidents.NONE)).isEmpty();
    }

    @Test
    void requestsOfAPoolWithAnIncidentAreSlower() {
        Fleet fleet = new Fleet(40, 50);
        Incidents incidents = Incidents.of(List.of(new Incident(IncidentKind.CPU, 0, NOW, NOW + 1_000_000)));
        double usual = 0;
        double slow = 0;
        List<Traced> before = many(fleet, Incidents.NONE);
        List<Traced> during = many(fleet, incidents);
        for (int i = 0; i < before.size(); i++) {
            if (before.get(i).bucket().valueOf("pool").equals(fleet.poolName(0))) {
                usual += before.get(i).seconds();
                slow += during.get(i).seconds();
            } else {
                assertThat(during.get(i)).isEqualTo(before.get(i));
            }
        }
        assertThat(slow).isGreaterThan(2 * usual);
    }

    @Test
    void theBodyIsRemoteWrite() throws IOException {
        List<Traced> traced = TracedRequests.of(new Fleet(40, 50), 1, Incidents.NONE, NOW);
        List<WriteRequestReader.Sample> read = WriteRequestReader.read(ExemplarLoad.body(traced, NOW));
        assertThat(read).hasSameSizeAs(traced);
        for (int i = 0; i < traced.size(); i++) {
            assertThat(read.get(i).value()).isEqualTo(traced.get(i).seconds());
            assertThat(read.get(i).millis()).isEqualTo(NOW);
            assertThat(read.get(i).labels().valueOf("trace_id"))
                    .isEqualTo(traced.get(i).traceId());
            assertThat(read.get(i).labels().valueOf("instance"))
                    .isEqualTo(traced.get(i).bucket().valueOf("instance"));
        }
    }
}
