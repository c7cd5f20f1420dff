package io.pharos.simulation.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.labels.Labels;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FleetTest {
    @Test
    void everySeriesHasItsOwnLabels() {
        Fleet fleet = new Fleet(37, 120);
        Set<Labels> seen = new HashSet<>();
        for (int series = 0; series < fleet.series(); series++) {
            assertThat(seen.add(fleet.labels(series))).as("series %d", series).isTrue();
        }
        assertThat(fleet.labels(1).toString())
                .isEqualTo(
                        "sim_cpu_usage_percent{dc=\"eu-1\", instance=\"web-000:9100\", job=\"simulator\", pool=\"web\"}");
    }

    @Test
    void poolsAreNeighboursAndCoverAllServers() {
        for (int servers : new int[] {1, 3, 4, 99, 401, 1_000, 12_345}) {
            Fleet fleet = new Fleet(servers, 1);
            for (int pool = 0; pool < fleet.pools(); pool++) {
                for (int server = fleet.firstServer(pool); server < fleet.firstServer(pool + 1); server++) {
                    assertThat(fleet.poolOf(server)).isEqualTo(pool);
                }
                assertThat(fleet.poolNamed(fleet.poolName(pool))).isEqualTo(pool);
                assertThat(fleet.firstServer(pool + 1) - fleet.firstServer(pool))
                        .isBetween(1, 101);
            }
            assertThat(fleet.firstServer(fleet.pools())).isEqualTo(servers);
        }
    }
}
