package io.pharos.simulation.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.pharos.simulation.fault.Incident;
import io.pharos.simulation.fault.IncidentKind;
import io.pharos.simulation.fault.Incidents;
import io.pharos.timeseries.labels.Labels;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ServerValuesTest {
    private static final long START = 1_760_000_000_000L;
    private static final int METRICS = 100;
    private final Fleet fleet = new Fleet(8, METRICS);

    @Test
    void aValueDependsOnNothingButItsArguments() {
        Random random = new Random(3);
        ServerValues used = new ServerValues(11, fleet);
        Incidents incidents = Incidents.of(List.of(new Incident(IncidentKind.CPU, 0, START, START + 60_000)));
        for (int i = 0; i < 2_000; i++) {
            int series = random.nextInt(fleet.series());
            long millis = START + random.nextInt(100_000_000);
            double fresh = new ServerValues(11, fleet).value(series, millis, incidents);
            assertThat(used.value(series, millis, incidents)).isEqualTo(fresh);
            double[] server = new double[METRICS];
            used.fill(series / METRICS, millis, incidents, 0, METRICS, server, 0);
            assertThat(server[series % METRICS]).isEqualTo(fresh);
        }
    }

    /** When this fails on purpose, raise the ledger's model version: old ledgers cannot be verified any more. */
    @Test
    void theModelIsTheOneThatLedgersName() {
        ServerValues values = new ServerValues(1, fleet);
        Incidents incidents = Incidents.of(List.of(
                new Incident(IncidentKind.CPU, 0, START, START + 60_000),
                new Incident(IncidentKind.DOWN, 1, START, START + 60_000),
                new Incident(IncidentKind.QUEUE, 2, START, START + 60_000)));
        long digest = 0;
        for (long millis = START - 30_000; millis < START + 90_000; millis += 1_000) {
            for (int series = 0; series < fleet.series(); series++) {
                digest = 31 * digest + Double.doubleToRawLongBits(values.value(series, millis, incidents));
            }
        }
        assertThat(digest).isEqualTo(2931014556850908570L);
    }

    @Test
    void countersOnlyFallWhenTheServerStartsAnew() {
        Random random = new Random(5);
        List<Incident> incidents = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            for (IncidentKind kind : EnumSet.allOf(IncidentKind.class)) {
                long from = START + random.nextInt(80_000_000);
                incidents.add(new Incident(kind, random.nextInt(fleet.pools()), from, from + 200_000));
            }
        }
        Incidents all = Incidents.of(incidents);
        ServerValues values = new ServerValues(1, fleet);
        boolean[] counter = new boolean[METRICS];
        for (int metric = 0; metric < METRICS; metric++) {
            counter[metric] = isCounter(metric);
        }
        int restarts = 0;
        for (int server = 0; server < fleet.servers(); server++) {
            double[] before = new double[METRICS];
            double[] now = new double[METRICS];
            values.fill(server, START, all, 0, METRICS, before, 0);
            for (long millis = START + 7_000; millis < START + 86_400_000; millis += 7_000) {
                values.fill(server, millis, all, 0, METRICS, now, 0);
                boolean restarted = now[MetricCatalogue.START_TIME] != before[MetricCatalogue.START_TIME];
                restarts += restarted ? 1 : 0;
                for (int metric = 0; metric < METRICS; metric++) {
                    if (counter[metric] && !restarted && now[metric] < before[metric]) {
                        fail("%s of server %d fell at %d", fleet.labels(metric), server, millis);
                    }
                }
                System.arraycopy(now, 0, before, 0, METRICS);
            }
        }
        assertThat(restarts).isGreaterThan(fleet.servers());
    }

    @Test
    void bucketsGrowWithTheirBoundAndTheLastIsTheCount() {
        ServerValues values = new ServerValues(1, fleet);
        Incidents incidents = Incidents.of(List.of(new Incident(IncidentKind.CPU, 1, START, START + 600_000)));
        double[] now = new double[METRICS];
        for (long millis = START - 600_000; millis < START + 1_200_000; millis += 10_000) {
            values.fill(2, millis, incidents, 0, METRICS, now, 0);
            for (int bound = MetricCatalogue.BUCKETS + 1; bound < MetricCatalogue.DURATION_SUM; bound++) {
                assertThat(now[bound]).isGreaterThanOrEqualTo(now[bound - 1]);
            }
            assertThat(now[MetricCatalogue.DURATION_SUM - 1]).isEqualTo(now[MetricCatalogue.DURATION_COUNT]);
        }
    }

    @Test
    void valuesHaveFewDigits() {
        ServerValues values = new ServerValues(1, fleet);
        for (int series = 0; series < fleet.series(); series++) {
            double value = values.value(series, START, Incidents.NONE);
            assertThat(BigDecimal.valueOf(value).stripTrailingZeros().scale())
                    .as("%s = %s", fleet.labels(series), value)
                    .isLessThanOrEqualTo(3);
            assertThat(value).isNotNegative();
        }
    }

    @Test
    void withoutIncidentNoAlertOfTheDemoWouldFire() {
        ServerValues values = new ServerValues(1, fleet);
        for (int server = 0; server < fleet.servers(); server++) {
            for (long millis = START; millis < START + 86_400_000; millis += 60_000) {
                assertThat(values.value(server * METRICS + MetricCatalogue.CPU_USAGE, millis, Incidents.NONE))
                        .isBetween(0.5, 85.0);
                assertThat(values.value(server * METRICS + MetricCatalogue.QUEUE_DEPTH, millis, Incidents.NONE))
                        .isBetween(0.0, 100.0);
            }
        }
    }

    @Test
    void incidentsHaveTheirEffectInTheirPoolOnly() {
        long until = START + 60_000;
        Incidents incidents = Incidents.of(List.of(
                new Incident(IncidentKind.CPU, 0, START, until),
                new Incident(IncidentKind.DOWN, 1, START, until),
                new Incident(IncidentKind.QUEUE, 2, START, until)));
        ServerValues values = new ServerValues(1, fleet);
        long during = START + 30_000;
        assertThat(values.value(MetricCatalogue.CPU_USAGE, during, incidents)).isBetween(95.9, 98.1);
        assertThat(values.value(MetricCatalogue.CPU_USAGE, until, incidents)).isLessThan(86);
        int down = fleet.firstServer(1);
        assertThat(values.value(down * METRICS, during, incidents)).isZero();
        assertThat(values.value((down + 1) * METRICS, during, incidents)).isOne();
        assertThat(values.value(down * METRICS, until, incidents)).isOne();
        assertThat(values.value(down * METRICS + MetricCatalogue.START_TIME, until + 1_000, incidents))
                .isEqualTo(until / 1000.0);
        assertThat(fleet.isSent(down * METRICS, incidents, during)).isTrue();
        assertThat(fleet.isSent(down * METRICS + 1, incidents, during)).isFalse();
        int queue = fleet.firstServer(2) * METRICS + MetricCatalogue.QUEUE_DEPTH;
        assertThat(values.value(queue, during, incidents)).isGreaterThan(700);
        assertThat(values.value(queue, until + 60_000, incidents)).isLessThan(100);
    }

    private boolean isCounter(int metric) {
        String name = fleet.labels(metric).valueOf(Labels.METRIC_NAME);
        return name.endsWith("_total") || name.endsWith("_bucket") || name.endsWith("_sum") || name.endsWith("_count");
    }
}
