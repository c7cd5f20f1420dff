package io.pharos.promql.engine;

import io.pharos.promql.ast.AggregateOperator;
import io.pharos.promql.function.Absent;
import io.pharos.promql.function.Kahan;
import io.pharos.timeseries.histogram.Neumaier;
import java.util.Arrays;

/*
 * The arrays mean, by operator:
 *   sum                values = sum, compensations = what its additions rounded away
 *   avg                the same until a sum overflows; from then on (counts negative) values = mean
 *   min, max           values = extreme so far, NaN while only NaN came
 *   stddev, stdvar     values = mean, compensations = sum of squared distances from it
 *   count, group       counts only
 * counts = members so far; 0 is a step without a sample.
 */
/** A partial aggregate of one group, a state each step, that other partial aggregates can be merged into. */
public final class Accumulator {
    private final AggregateOperator operator;
    private final double[] values;
    private final double[] compensations;
    private final long[] counts;

    private Accumulator(AggregateOperator operator, double[] values, double[] compensations, long[] counts) {
        this.operator = operator;
        this.values = values;
        this.compensations = compensations;
        this.counts = counts;
    }

    /** Whether the aggregates of parts can be merged into that of the whole. */
    public static boolean isMergeable(AggregateOperator operator) {
        return switch (operator) {
            case SUM, AVG, MIN, MAX, COUNT, GROUP, STDDEV, STDVAR -> true;
            default -> false;
        };
    }

    /** An aggregate of nothing. */
    public static Accumulator create(AggregateOperator operator, int steps) {
        return new Accumulator(
                operator,
                new double[hasValues(operator) ? steps : 0],
                new double[hasCompensations(operator) ? steps : 0],
                new long[steps]);
    }

    /** An aggregate from the arrays of another; takes them over. */
    public static Accumulator of(AggregateOperator operator, double[] values, double[] compensations, long[] counts) {
        return new Accumulator(operator, values, compensations, counts);
    }

    /** Whether the operator has more state than counts. */
    public static boolean hasValues(AggregateOperator operator) {
        return operator != AggregateOperator.COUNT && operator != AggregateOperator.GROUP;
    }

    /** Whether the operator has a second number a step. */
    public static boolean hasCompensations(AggregateOperator operator) {
        return switch (operator) {
            case SUM, AVG, STDDEV, STDVAR -> true;
            default -> false;
        };
    }

    public double[] values() {
        return values;
    }

    public double[] compensations() {
        return compensations;
    }

    public long[] counts() {
        return counts;
    }

    /** Adds the samples of one series. */
    void add(double[] series) {
        switch (operator) {
            case SUM -> addSums(series);
            case AVG -> addAverages(series);
            case MIN -> addExtremes(series, false);
            case MAX -> addExtremes(series, true);
            case STDDEV, STDVAR -> addMoments(series);
            default -> {
                for (int i = 0; i < series.length; i++) {
                    if (!Absent.is(series[i])) {
                        counts[i]++;
                    }
                }
            }
        }
    }

    private void addSums(double[] series) {
        for (int i = 0; i < series.length; i++) {
            if (!Absent.is(series[i])) {
                addSum(i, series[i]);
                counts[i]++;
            }
        }
    }

    private void addSum(int i, double value) {
        double total = values[i] + value;
        compensations[i] = Neumaier.rest(values[i], compensations[i], value, total);
        values[i] = total;
    }

    private void addAverages(double[] series) {
        for (int i = 0; i < series.length; i++) {
            double value = series[i];
            if (Absent.is(value)) {
                continue;
            }
            if (counts[i] >= 0) {
                if (counts[i] == 0 || !Double.isInfinite(values[i] + value)) {
                    addSum(i, value);
                    counts[i]++;
                    continue;
                }
                toMean(i);
            }
            mergeMean(i, value, 0, 1);
        }
    }

    private void toMean(int i) {
        values[i] /= counts[i];
        compensations[i] /= counts[i];
        counts[i] = -counts[i];
    }

    /** Moves the mean of a step towards that of others, by their share. */
    private void mergeMean(int i, double otherMean, double otherCompensation, long otherCount) {
        double before = -counts[i];
        double count = before + otherCount;
        counts[i] = -(long) count;
        double mean = values[i];
        if (Double.isInfinite(mean)) {
            boolean sameInfinity = Double.isInfinite(otherMean) && mean > 0 == otherMean > 0;
            if (sameInfinity || !Double.isInfinite(otherMean) && !Double.isNaN(otherMean)) {
                return;
            }
        }
        double kept = before / count;
        double scaled = kept * mean;
        double share = otherMean / count * otherCount;
        double next = scaled + share;
        double compensation = kept * compensations[i] + otherCompensation / count * otherCount;
        compensations[i] = Neumaier.rest(scaled, compensation, share, next);
        values[i] = next;
    }

    private void addExtremes(double[] series, boolean max) {
        for (int i = 0; i < series.length; i++) {
            double value = series[i];
            if (Absent.is(value)) {
                continue;
            }
            double known = values[i];
            if (counts[i] == 0 || Double.isNaN(known) || (max ? value > known : value < known)) {
                values[i] = value;
            }
            counts[i]++;
        }
    }

    private void addMoments(double[] series) {
        for (int i = 0; i < series.length; i++) {
            double value = series[i];
            if (Absent.is(value)) {
                continue;
            }
            counts[i]++;
            double distance = value - values[i];
            values[i] += distance / counts[i];
            compensations[i] += distance * (value - values[i]);
            if (Double.isInfinite(value)) {
                compensations[i] = Double.NaN;
            }
        }
    }

    /** Merges a partial aggregate of the same operator and steps. */
    public void merge(Accumulator other) {
        for (int i = 0; i < counts.length; i++) {
            if (other.counts[i] == 0) {
                continue;
            }
            if (counts[i] == 0) {
                copy(other, i);
                continue;
            }
            switch (operator) {
                case SUM -> {
                    addSum(i, other.values[i]);
                    addCompensation(i, other.compensations[i]);
                    counts[i] += other.counts[i];
                }
                case AVG -> mergeAverage(other, i);
                case MIN, MAX -> {
                    double value = other.values[i];
                    boolean better = operator == AggregateOperator.MAX ? value > values[i] : value < values[i];
                    if (Double.isNaN(values[i]) || better) {
                        values[i] = value;
                    }
                    counts[i] += other.counts[i];
                }
                case STDDEV, STDVAR -> mergeMoments(other, i);
                default -> counts[i] += other.counts[i];
            }
        }
    }

    private void addCompensation(int i, double more) {
        if (!Double.isInfinite(values[i])) {
            compensations[i] += more;
        }
    }

    private void copy(Accumulator other, int i) {
        counts[i] = other.counts[i];
        if (values.length > 0) {
            values[i] = other.values[i];
        }
        if (compensations.length > 0) {
            compensations[i] = other.compensations[i];
        }
    }

    private void mergeAverage(Accumulator other, int i) {
        long count = other.counts[i];
        if (counts[i] > 0 && count > 0) {
            if (!Double.isInfinite(values[i] + other.values[i])) {
                addSum(i, other.values[i]);
                addCompensation(i, other.compensations[i]);
                counts[i] += count;
                return;
            }
        }
        if (counts[i] > 0) {
            toMean(i);
        }
        if (count > 0) {
            mergeMean(i, other.values[i] / count, other.compensations[i] / count, count);
        } else {
            mergeMean(i, other.values[i], other.compensations[i], -count);
        }
    }

    private void mergeMoments(Accumulator other, int i) {
        double mine = counts[i];
        double others = other.counts[i];
        double count = mine + others;
        double distance = other.values[i] - values[i];
        values[i] += distance * (others / count);
        compensations[i] += other.compensations[i] + distance * distance * (mine * others / count);
        counts[i] += other.counts[i];
    }

    /** The aggregate at each step. */
    double[] result() {
        double[] out = new double[counts.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = counts[i] == 0 ? Absent.VALUE : result(i);
        }
        return out;
    }

    private double result(int i) {
        return switch (operator) {
            case SUM -> Kahan.result(values[i], compensations[i]);
            case AVG ->
                counts[i] < 0
                        ? Kahan.result(values[i], compensations[i])
                        : Double.isInfinite(values[i])
                                ? values[i]
                                : values[i] / counts[i] + compensations[i] / counts[i];
            case MIN, MAX -> values[i];
            case STDDEV -> Math.sqrt(compensations[i] / counts[i]);
            case STDVAR -> compensations[i] / counts[i];
            case GROUP -> 1;
            default -> counts[i];
        };
    }

    @Override
    public String toString() {
        return operator + " " + Arrays.toString(result());
    }
}
