package io.pharos.timeseries.chunk;

import static org.assertj.core.api.Assertions.assertThat;

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
}
