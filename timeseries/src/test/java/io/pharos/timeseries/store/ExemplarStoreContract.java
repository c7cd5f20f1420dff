package io.pharos.timeseries.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link ExemplarStore} does. */
public abstract class ExemplarStoreContract extends StoreContract {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final long METRIC = 0x8123456789abcdefL;
    private static final long OTHER = 77;

    private final int shard = freshShard();
    /** Yesterday's midnight. */
    private final long midnight = System.currentTimeMillis() / DAY * DAY - DAY;

    private ExemplarRow row(long metric, long start, long end, long epoch, int number) {
        return new ExemplarRow(metric, start, end, epoch, number, end + 7 * DAY, blob(number, 200));
    }

    private void write(ExemplarRow... rows) {
        await(stores().exemplars().write(shard, List.of(rows)));
    }

    private List<ByteBuffer> read(@Nullable SortedSet<Long> metrics, long from, long to) {
        List<ByteBuffer> found = new ArrayList<>();
        await(stores().exemplars()
                .read(
                        shard,
                        metrics,
                        from,
                        to,
                        data -> found.add(
                                ByteBuffer.allocate(data.remaining()).put(data).flip())));
        return found;
    }

    private static SortedSet<Long> metrics(Long... hashes) {
        return new TreeSet<>(List.of(hashes));
    }

    @Test
    void rowsAreFoundByMetricAndTime() {
        write(
                row(METRIC, midnight + 10 * MINUTE, midnight + 50 * MINUTE, 1, 1),
                row(METRIC, midnight + 3 * HOUR, midnight + 3 * HOUR, 1, 2),
                row(OTHER, midnight + 3 * HOUR, midnight + 3 * HOUR + MINUTE, 1, 3),
                row(METRIC, midnight + DAY, midnight + DAY + MINUTE, 1, 4));
        assertThat(read(metrics(METRIC), midnight + 50 * MINUTE, midnight + 2 * HOUR))
                .containsExactly(blob(1, 200));
        assertThat(read(metrics(METRIC), midnight, midnight + 2 * DAY - 1))
                .containsExactlyInAnyOrder(blob(1, 200), blob(2, 200), blob(4, 200));
        assertThat(read(metrics(METRIC, OTHER), midnight + 2 * HOUR, midnight + DAY - 1))
                .containsExactlyInAnyOrder(blob(2, 200), blob(3, 200));
        assertThat(read(null, midnight + 2 * HOUR, midnight + DAY))
                .containsExactlyInAnyOrder(blob(2, 200), blob(3, 200), blob(4, 200));
        assertThat(read(metrics(METRIC), midnight + 4 * HOUR, midnight + DAY - 1))
                .isEmpty();
        assertThat(read(metrics(), midnight, midnight + DAY)).isEmpty();
        assertThat(read(null, midnight + DAY, midnight)).isEmpty();
    }

    @Test
    void epochAndNumberKeepRowsOfOneTimeApartAndARepeatedOneIsOne() {
        ExemplarRow first = row(METRIC, midnight, midnight, 1, 1);
        write(first, row(METRIC, midnight, midnight, 1, 2), row(METRIC, midnight, midnight, 2, 3));
        write(first);
        assertThat(read(metrics(METRIC), midnight, midnight))
                .containsExactlyInAnyOrder(blob(1, 200), blob(2, 200), blob(3, 200));
    }

    @Test
    void whatIsOverIsNotKept() {
        long past = System.currentTimeMillis() - MINUTE;
        write(
                new ExemplarRow(METRIC, midnight, midnight, 1, 1, past, blob(1, 10)),
                new ExemplarRow(METRIC, midnight, midnight, 1, 2, past + DAY, blob(2, 10)));
        assertThat(read(null, midnight, midnight)).containsExactly(blob(2, 10));
    }

    @Test
    void blobsOfManySizesComeBack() {
        List<ExemplarRow> rows = new ArrayList<>();
        List<ByteBuffer> written = new ArrayList<>();
        for (int number = 0; number < 150; number++) {
            ByteBuffer data = blob(number, number == 70 ? 100_000 : number);
            rows.add(new ExemplarRow(METRIC, midnight, midnight, 3, number, midnight + 7 * DAY, data));
            written.add(blob(number, data.remaining()));
        }
        await(stores().exemplars().write(shard, rows));
        assertThat(read(null, midnight, midnight)).containsExactlyInAnyOrderElementsOf(written);
    }
}
