package io.pharos.timeseries.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.histogram.Histogram;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MergedIteratorTest {
    @Test
    void mergesAsASortedMapWouldAndTheEarlierListedWins() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            TreeMap<Long, Double> expected = new TreeMap<>();
            List<SampleIterator> sources = new ArrayList<>();
            int sourceCount = random.nextInt(7);
            for (int source = 0; source < sourceCount; source++) {
                int count = random.nextInt(30);
                long[] times = new long[count];
                double[] values = new double[count];
                long time = random.nextInt(20);
                for (int i = 0; i < count; i++) {
                    times[i] = time;
                    values[i] = source * 1000 + i;
                    expected.putIfAbsent(time, values[i]);
                    time += 1 + random.nextInt(4);
                }
                sources.add(new ArraySampleIterator(times, values, 0, count));
            }
            SampleIterator merged = MergedIterator.of(sources);
            for (Map.Entry<Long, Double> sample : expected.entrySet()) {
                assertThat(merged.next()).as("seed " + seed).isTrue();
                assertThat(merged.timestampMillis()).as("seed " + seed).isEqualTo(sample.getKey());
                assertThat(merged.value()).as("seed " + seed).isEqualTo(sample.getValue());
            }
            assertThat(merged.next()).isFalse();
            assertThat(merged.next()).isFalse();
        }
    }

    @Test
    void takingManyAtOnceIsSteppingThroughThem() {
        for (int seed = 0; seed < 500; seed++) {
            List<String> stepped = new ArrayList<>();
            SampleIterator steps = MergedIterator.of(chunks(new Random(seed)));
            while (steps.next()) {
                stepped.add(steps.timestampMillis() + " " + steps.value());
            }
            List<String> taken = new ArrayList<>();
            Random random = new Random(seed);
            SampleIterator mixed = MergedIterator.of(chunks(random));
            boolean more = true;
            while (more) {
                if (random.nextInt(3) == 0) {
                    more = mixed.next();
                    if (more) {
                        taken.add(mixed.timestampMillis() + " " + mixed.value());
                    }
                    continue;
                }
                long[] times = new long[200];
                double[] values = new double[200];
                int from = random.nextInt(3);
                int count = mixed.take(times, values, from, from + 1 + random.nextInt(190));
                more = count > 0;
                for (int i = from; i < from + count; i++) {
                    taken.add(times[i] + " " + values[i]);
                }
            }
            assertThat(taken).as("seed " + seed).isEqualTo(stepped);
        }
    }

    /** Some sealed chunks and perhaps a head, usually one after the other. */
    private static List<SampleIterator> chunks(Random random) {
        List<SampleIterator> sources = new ArrayList<>();
        long time = 1_000;
        for (int chunk = random.nextInt(4); chunk >= 0; chunk--) {
            int count = 1 + random.nextInt(150);
            long[] times = new long[count];
            double[] values = new double[count];
            HeadChunk head = new HeadChunk();
            for (int i = 0; i < count; i++) {
                time += 10 + random.nextInt(2);
                times[i] = time;
                values[i] = random.nextInt(100);
                head.append(time, values[i]);
            }
            boolean open = chunk == 0 && random.nextBoolean();
            sources.add(
                    open
                            ? head.iterator()
                            : SealedChunk.parse(SealedChunk.encode(times, values, 0, count))
                                    .iterator());
            time -= random.nextInt(5) == 0 ? 100 : 0;
        }
        return sources;
    }

    @Test
    void histogramsAndStartTimesComeWithTheirSamples() {
        SampleIterator numbers = new ArraySampleIterator(new long[] {1, 3}, new double[] {10, 30}, 0, 2);
        SampleIterator merged = MergedIterator.of(List.of(numbers, histograms(2, 4)));
        assertThat(merged.hasHistograms()).isTrue();
        assertThat(merged.hasStartTimes()).isTrue();
        List<String> seen = new ArrayList<>();
        while (merged.next()) {
            seen.add(merged.timestampMillis() + " " + (merged.histogram() != null) + " " + merged.startMillis());
        }
        assertThat(seen).containsExactly("1 false 0", "2 true 1", "3 false 0", "4 true 3");
        assertThat(MergedIterator.of(List.of(numbers, numbers)).hasHistograms()).isFalse();
    }

    /** Histograms at two times, each counted since a millisecond before. */
    private static SampleIterator histograms(long first, long second) {
        SampleIterator times =
                new ArraySampleIterator(new long[] {first, second}, new double[] {Double.NaN, Double.NaN}, 0, 2);
        return new SampleIterator() {
            @Override
            public boolean next() {
                return times.next();
            }

            @Override
            public long timestampMillis() {
                return times.timestampMillis();
            }

            @Override
            public double value() {
                return times.value();
            }

            @Override
            public boolean hasHistograms() {
                return true;
            }

            @Override
            public Histogram histogram() {
                return Histogram.EMPTY;
            }

            @Override
            public boolean hasStartTimes() {
                return true;
            }

            @Override
            public long startMillis() {
                return times.timestampMillis() - 1;
            }
        };
    }
}
