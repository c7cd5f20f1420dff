package io.pharos.timeseries.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.labels.SeriesId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every {@link StorageStatistics} does. */
public abstract class StorageStatisticsContract extends StoreContract {
    @Test
    void whatWasFlushedIsCounted() {
        ChunkRow row = new ChunkRow(1, new SeriesId(1, 2), 1000, 2000, 1, 1, blob(1, 50_000));
        await(stores().chunks().write(freshShard(), List.of(row)));
        await(stores().statistics().flush());
        Map<String, Long> bytes = await(stores().statistics().bytesByTable());
        assertThat(bytes).isNotEmpty();
        assertThat(bytes.values()).allMatch(count -> count >= 0);
        assertThat(bytes.values().stream().mapToLong(Long::longValue).sum()).isGreaterThanOrEqualTo(50_000);
    }
}
