package io.pharos.promql.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Functions that keep what they saw answer as if each window were looked at afresh. */
class SlidingFunctionsTest {
    private record Case(String name, Supplier<RangeFunction> function, ToDoubleFunction<double[]> afresh) {}

    private static final List<Case> CASES = List.of(
            new Case("sum", () -> new SumFunction(false), v -> Arrays.stream(v).sum()),
            new Case("avg", () -> new SumFunction(true), v -> Arrays.stream(v).sum() / v.length),
            new Case("min", () -> new ExtremeFunction(false, false), v -> extreme(v, false)),
            new Case("max", () -> new ExtremeFunction(true, false), v -> extreme(v, true)),
            new Case("stdvar", () -> new VarianceFunction(false), SlidingFunctionsTest::variance),
            new Case("changes", () -> new CountingFunction(CountingFunction.Event.CHANGE), v -> events(v, false)),
            new Case("resets", () -> new CountingFunction(CountingFunction.Event.RESET), v -> events(v, true)));

    @Test
    void slidingEqualsAfresh() {
        for (Case one : CASES) {
            RangeFunction function = one.function.get();
            for (int seed = 0; seed < 200; seed++) {
                check(one, function, new Random(seed));
            }
        }
    }

    private static void check(Case one, RangeFunction function, Random random) {
        int count = 1 + random.nextInt(60);
        long[] times = new long[count];
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            times[i] = i;
            values[i] = random.nextInt(15) == 0 ? Double.NaN : random.nextInt(8) + 1000;
        }
        function.begin(times, values, count);
        RangeWindow window = new RangeWindow();
        window.times = times;
        window.values = values;
        int from = 0;
        int to = 0;
        while (to < count) {
            to = Math.min(count, to + random.nextInt(5));
            from = Math.min(to, Math.max(from, to - random.nextInt(12)));
            if (from == to) {
                continue;
            }
            window.from = from;
            window.to = to;
            double expected = one.afresh.applyAsDouble(Arrays.copyOfRange(values, from, to));
            double found = function.at(window);
            boolean same = Double.compare(found, expected) == 0 || Math.abs(found - expected) < 1e-9;
            assertThat(same)
                    .as(
                            "%s of %s: %s, afresh %s",
                            one.name, Arrays.toString(Arrays.copyOfRange(values, from, to)), found, expected)
                    .isTrue();
        }
    }

    private static double extreme(double[] values, boolean max) {
        double found = Double.NaN;
        for (double value : values) {
            if (Double.isNaN(found) || (max ? value > found : value < found)) {
                found = value;
            }
        }
        return found;
    }

    private static double variance(double[] values) {
        double mean = Arrays.stream(values).sum() / values.length;
        return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / values.length;
    }

    private static double events(double[] values, boolean resets) {
        int count = 0;
        for (int i = 1; i < values.length; i++) {
            boolean bothNan = Double.isNaN(values[i]) && Double.isNaN(values[i - 1]);
            count += resets ? values[i] < values[i - 1] ? 1 : 0 : values[i] != values[i - 1] && !bothNan ? 1 : 0;
        }
        return count;
    }

    @Test
    void sumsKeepSmallValuesBesideLargeOnes() {
        double[] values = {5e16, 1, 1, -5e16};
        RangeFunction sum = new SumFunction(false);
        sum.begin(new long[4], values, 4);
        RangeWindow window = new RangeWindow();
        window.times = new long[4];
        window.values = values;
        window.to = 4;
        assertThat(sum.at(window)).isEqualTo(2);
    }

    @Test
    void averagesDoNotOverflow() {
        double[] values = {1.7e308, 1.7e308, 1.7e308};
        RangeFunction average = new SumFunction(true);
        average.begin(new long[3], values, 3);
        RangeWindow window = new RangeWindow();
        window.times = new long[3];
        window.values = values;
        window.to = 3;
        assertThat(average.at(window)).isEqualTo(1.7e308);
    }
}
