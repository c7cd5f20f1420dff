package io.pharos.simulation.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
    @Test
    void quantilesAreWithinABucketOfTheTruth() {
        LatencyHistogram histogram = new LatencyHistogram();
        for (int micros = 1; micros <= 100_000; micros++) {
            histogram.record(micros * 1_000L);
        }
        assertThat(histogram.quantileMillis(0.5)).isCloseTo(50, within(4.0));
        assertThat(histogram.quantileMillis(0.99)).isCloseTo(99, within(7.0));
    }

    @Test
    void nothingCountedIsZeroAndExtremesHaveABucket() {
        LatencyHistogram histogram = new LatencyHistogram();
        assertThat(histogram.quantileMillis(0.5)).isZero();
        histogram.record(-5);
        histogram.record(Long.MAX_VALUE);
        assertThat(histogram.quantileMillis(1)).isPositive();
    }
}
