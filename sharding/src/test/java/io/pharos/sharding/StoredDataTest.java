package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.promql.query.QueryValue;
import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.StaleMarker;
import io.pharos.timeseries.store.memory.InMemoryStores;
import io.pharos.timeseries.store.memory.StoreText;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StoredDataTest {
    @Test
    void dataOfEveryEarlierVersionIsOpenedAndNothingOfItIsLost() throws Exception {
        assertAllThere(StoreText.read(text("/golden/data-1.txt")), 1);
        assertAllThere(StoreText.read(text("/golden/data-2.txt")), 2);
    }

    @Test
    void whatThisVersionWritesItOpens() throws Exception {
        String written = StoreText.of(StoredData.write());
        // As the kept text is meant to be: something of each kind of row that a store can hold.
        for (String kind : new String[] {
            "shard ", "alive ", "fence ", "segment ", "log ", "head ", "chunk ", "block ", "activity ", "setting "
        }) {
            assertThat(written.lines()).as("rows").anyMatch(line -> line.startsWith(kind));
            assertThat(text("/golden/data-2.txt").lines()).as("kept rows").anyMatch(line -> line.startsWith(kind));
        }
        assertAllThere(StoreText.read(written), 2);
    }

    private static void assertAllThere(InMemoryStores stores, int version) throws Exception {
        try (TestNode node = new TestNode(stores.stores(), StoredData::settings, StoredData.CLOCK).awaitReady()) {
            QueryValue value = node.value("{job=\"node\"}[1h]", StoredData.NOW.toEpochMilli());
            Map<Labels, Map<Long, Object>> found = new TreeMap<>();
            for (QueryValue.MatrixSeries series : ((QueryValue.Matrix) value).series()) {
                Map<Long, Object> samples = new TreeMap<>();
                for (int i = 0; i < series.values().length; i++) {
                    Histogram histogram = series.histogram(i);
                    samples.put(
                            series.timestampsMillis()[i],
                            histogram == null ? series.values()[i] : histogram.withHint(CounterResetHint.UNKNOWN));
                }
                found.put(series.labels(), samples);
            }
            Map<Labels, Map<Long, Object>> expected = StoredData.expected(version);
            // A stale marker ends a series and is no sample of a range.
            expected.values()
                    .forEach(samples -> samples.values()
                            .removeIf(sample -> sample instanceof Double number && StaleMarker.is(number)));
            assertThat(found).isEqualTo(expected);
        }
    }

    private static String text(String name) throws Exception {
        try (InputStream in = Objects.requireNonNull(StoredDataTest.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
