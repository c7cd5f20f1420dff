package io.pharos.promql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryValue;
import io.pharos.timeseries.histogram.Histogram;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Compares what a query answers in one process with what it answers in pieces. */
public final class Answers {
    private Answers() {}

    /** Asks a query. */
    public interface Asking {
        QueryResult ask() throws Exception;
    }

    /** The answer, or the text of the refusal. */
    public static Object outcome(Asking asking) {
        try {
            return asking.ask();
        } catch (QueryException refused) {
            return String.valueOf(refused.getMessage());
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof QueryException refused) {
                return String.valueOf(refused.getMessage());
            }
            throw new AssertionError(failed);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    /** Asserts that two outcomes are the same: sums to 1e-12, everything else exactly. */
    public static void assertSame(String what, Object expected, Object found) {
        if (expected instanceof QueryResult wanted && found instanceof QueryResult got) {
            Map<String, Double> wantedSamples = samples(wanted.value());
            Map<String, Double> gotSamples = samples(got.value());
            assertThat(gotSamples.keySet()).as(what).isEqualTo(wantedSamples.keySet());
            wantedSamples.forEach((key, value) -> {
                double other = gotSamples.getOrDefault(key, Double.NaN);
                // Bits of a NaN do not matter; sums may differ in the order of additions.
                boolean same = Double.compare(value, other) == 0
                        || value == other
                        || Math.abs(value - other) <= 1e-12 * Math.max(Math.abs(value), Math.abs(other)) + 1e-9;
                assertThat(same)
                        .as("%s at %s: %s and %s", what, key, value, other)
                        .isTrue();
            });
            assertThat(new java.util.TreeSet<>(got.warnings()))
                    .as(what)
                    .isEqualTo(new java.util.TreeSet<>(wanted.warnings()));
        } else {
            assertThat(kind(found)).as(what + "\n" + expected + "\n" + found).isEqualTo(kind(expected));
        }
    }

    /** Which of several collisions is named depends on the order of series; that there is one does not. */
    private static String kind(Object outcome) {
        if (!(outcome instanceof String text)) {
            return "an answer";
        }
        boolean ambiguous = text.startsWith("multiple matches") || text.startsWith("found duplicate series");
        return ambiguous ? "ambiguous" : text;
    }

    private static Map<String, Double> samples(QueryValue value) {
        Map<String, Double> samples = new TreeMap<>();
        if (value instanceof QueryValue.Vector vector) {
            vector.samples()
                    .forEach(sample -> put(samples, sample.labels().toString(), sample.value(), sample.histogram()));
        } else if (value instanceof QueryValue.Matrix matrix) {
            for (QueryValue.MatrixSeries series : matrix.series()) {
                for (int i = 0; i < series.values().length; i++) {
                    put(
                            samples,
                            series.labels() + "@" + series.timestampsMillis()[i],
                            series.values()[i],
                            series.histogram(i));
                }
            }
        }
        return samples;
    }

    private static void put(Map<String, Double> samples, String key, double value, @Nullable Histogram histogram) {
        if (histogram == null) {
            samples.put(key, value);
            return;
        }
        samples.put(key + " count", histogram.count());
        samples.put(key + " sum", histogram.sum());
        samples.put(key + " zero", histogram.zeroCount());
        for (int index = -20; index <= 40; index++) {
            samples.put(key + " bucket " + index, histogram.positive().countOf(index));
        }
    }
}
