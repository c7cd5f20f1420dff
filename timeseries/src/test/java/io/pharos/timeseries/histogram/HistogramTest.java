package io.pharos.timeseries.histogram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramTest {
    @Test
    void boundsArePowersOfTwoAndFinerSchemasContainCoarserOnes() {
        assertThat(BucketBounds.upper(0, 0)).isEqualTo(1);
        assertThat(BucketBounds.upper(3, 0)).isEqualTo(8);
        assertThat(BucketBounds.upper(-2, 0)).isEqualTo(0.25);
        assertThat(BucketBounds.upper(1, -2)).isEqualTo(16);
        assertThat(BucketBounds.upper(1024, 0)).isEqualTo(Double.MAX_VALUE);
        assertThat(BucketBounds.upper(1025, 0)).isInfinite();
        for (int schema = BucketBounds.SCHEMA_MIN; schema < BucketBounds.SCHEMA_MAX; schema++) {
            for (int index = -30; index <= 30; index++) {
                assertThat(BucketBounds.upper(2 * index, schema + 1)).isEqualTo(BucketBounds.upper(index, schema));
            }
        }
    }

    @Test
    void sumsKeepEveryObservationWhateverTheLayouts() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Histogram a = random(random);
            Histogram b = random(random);
            HistogramSum sum = new HistogramSum(a);
            assertThat(sum.add(b)).isFalse();
            Histogram total = sum.result();
            assertThat(inBuckets(total)).as("seed %d", seed).isEqualTo(inBuckets(a) + inBuckets(b));
            assertThat(total.schema()).isEqualTo(Math.min(a.schema(), b.schema()));
            assertThat(total.zeroThreshold()).isGreaterThanOrEqualTo(Math.max(a.zeroThreshold(), b.zeroThreshold()));
            HistogramSum other = new HistogramSum(b);
            other.add(a);
            assertThat(other.result().isSameAs(total)).as("seed %d", seed).isTrue();
            assertThat(total.withHint(CounterResetHint.UNKNOWN).isResetAfter(a)).isFalse();
            sum.subtract(b);
            sum.subtract(a);
            assertThat(inBuckets(sum.result())).isZero();
            assertThat(sum.result().positive().size()).isZero();
        }
    }

    private static Histogram random(Random random) {
        double[] positive = new double[random.nextInt(8)];
        double[] negative = new double[random.nextInt(4)];
        double zeros = random.nextInt(4);
        double count = zeros;
        for (int i = 0; i < positive.length; i++) {
            positive[i] = random.nextInt(5);
            count += positive[i];
        }
        for (int i = 0; i < negative.length; i++) {
            negative[i] = random.nextInt(5);
            count += negative[i];
        }
        return Histogram.exponential(
                random.nextInt(6) - 2,
                new double[] {0, 0.001, 0.7, 3}[random.nextInt(4)],
                zeros,
                count,
                count / 2,
                HistogramBuckets.from(3 + random.nextInt(5), positive),
                HistogramBuckets.from(3 + random.nextInt(5), negative));
    }

    private static double inBuckets(Histogram histogram) {
        double count = histogram.zeroCount();
        for (int i = 0; i < histogram.positive().size(); i++) {
            count += histogram.positive().count(i);
        }
        for (int i = 0; i < histogram.negative().size(); i++) {
            count += histogram.negative().count(i);
        }
        return count;
    }

    @Test
    void customBoundsAreReducedToThoseInCommon() {
        Histogram a = Histogram.custom(new double[] {1, 2, 5}, 10, 20, HistogramBuckets.from(0, 1, 2, 3, 4));
        Histogram b = Histogram.custom(new double[] {2, 3, 5, 9}, 5, 9, HistogramBuckets.from(0, 1, 1, 1, 1, 1));
        HistogramSum sum = new HistogramSum(a);
        assertThat(sum.add(b)).isTrue();
        assertThat(sum.result().customBounds()).containsExactly(2, 5);
        assertThat(sum.result().positive()).isEqualTo(HistogramBuckets.from(0, 4, 5, 6));
        assertThatThrownBy(() -> sum.add(Histogram.EMPTY)).hasMessageContaining("exponential and custom");
        assertThatThrownBy(() -> Histogram.custom(new double[] {2, 1}, 0, 0, HistogramBuckets.NONE))
                .hasMessageContaining("ascend");
    }

    @Test
    void anyShrinkingBucketIsAReset() {
        Histogram before =
                Histogram.exponential(1, 0.5, 2, 8, 9, HistogramBuckets.from(3, 1, 2, 3), HistogramBuckets.NONE);
        Histogram shifted =
                Histogram.exponential(1, 0.5, 2, 9, 9, HistogramBuckets.from(3, 1, 1, 5), HistogramBuckets.NONE);
        assertThat(shifted.isResetAfter(before)).isTrue();
        assertThat(shifted.withHint(CounterResetHint.NOT_RESET).isResetAfter(before))
                .isFalse();
        assertThat(before.isResetAfter(before)).isFalse();
        assertThat(before.toSchema(0).isResetAfter(before)).isFalse();
        assertThat(before.isResetAfter(before.toSchema(0))).isTrue();
        assertThat(before.withZeroThreshold(3).isResetAfter(before)).isFalse();
        assertThat(before.isResetAfter(before.withZeroThreshold(3))).isTrue();
    }

    @Test
    void meansNearTheLargestDoubleStayFinite() {
        HistogramMean mean = new HistogramMean(true);
        HistogramMean half = new HistogramMean(true);
        for (int i = 0; i < 6; i++) {
            Histogram large =
                    Histogram.exponential(0, 0, 0, 1e308, i, HistogramBuckets.from(0, 1e308), HistogramBuckets.NONE);
            (i < 3 ? mean : half).add(large);
        }
        mean.merge(half);
        Histogram result = Objects.requireNonNull(mean.result());
        assertThat(result.count() / 1e308).isCloseTo(1, within(1e-12));
        assertThat(result.sum()).isCloseTo(2.5, within(1e-12));
    }
}
