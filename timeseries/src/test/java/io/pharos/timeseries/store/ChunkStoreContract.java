package io.pharos.timeseries.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.timeseries.labels.SeriesId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What every {@link ChunkStore} does. */
public abstract class ChunkStoreContract extends StoreContract {
    private static final long DAY = 86_400_000;
    private static final long MIDNIGHT = 20_500 * DAY;
    private static final long METRIC = 0x8123456789abcdefL;

    private static final StorageTiers CLASSES = new StorageTiers(
            StorageTiers.DEFAULT.rawRetentionMillis(), List.of(3 * DAY, 30 * DAY), StorageTiers.DEFAULT.rollups());

    private final int shard = freshShard();

    /** The store under test, opened again with other tiers; the contract does not close it. */
    protected abstract Stores storesOf(StorageTiers tiers);

    private ChunkStore chunks() {
        return stores().chunks();
    }

    private static SeriesId series(int number) {
        return new SeriesId(0x9e3779b97f4a7c15L * number, number);
    }

    private static ChunkRow row(int series, long start, long end, long epoch, int sequence) {
        return new ChunkRow(METRIC, series(series), start, end, epoch, sequence, blob(series + sequence, 800));
    }

    private List<ChunkRow> read(SortedSet<SeriesId> series, long from, long to) {
        List<ChunkRow> rows = new ArrayList<>();
        await(chunks().read(shard, METRIC, series, from, to, row -> rows.add(Copies.of(row))));
        return rows;
    }

    private List<ChunkRow> readAll(long from, long to) {
        List<ChunkRow> rows = new ArrayList<>();
        await(chunks().read(shard, METRIC, null, from, to, row -> rows.add(Copies.of(row))));
        return rows;
    }

    @Test
    void rowsOfManySeriesAndDaysComeBackWhole() {
        List<ChunkRow> rows = new ArrayList<>();
        for (int day = 0; day < 3; day++) {
            for (int series = 0; series < 120; series++) {
                long start = MIDNIGHT + day * DAY + series;
                rows.add(row(series, start, start + 7_000_000, 2, day));
            }
        }
        await(chunks().write(shard, rows));
        assertThat(readAll(MIDNIGHT, MIDNIGHT + 3 * DAY)).containsExactlyInAnyOrderElementsOf(rows);
        assertThat(readAll(MIDNIGHT + DAY, MIDNIGHT + 2 * DAY - 1))
                .containsExactlyInAnyOrderElementsOf(rows.subList(120, 240));
    }

    @Test
    void boundsAreInclusiveAndOverlapCounts() {
        ChunkRow row = row(1, MIDNIGHT + 1000, MIDNIGHT + 2000, 1, 1);
        await(chunks().write(shard, List.of(row)));
        assertThat(readAll(MIDNIGHT + 2000, MIDNIGHT + DAY * 2)).containsExactly(row);
        assertThat(readAll(MIDNIGHT - DAY * 2, MIDNIGHT + 1000)).containsExactly(row);
        assertThat(readAll(MIDNIGHT + 1400, MIDNIGHT + 1500)).containsExactly(row);
        assertThat(readAll(MIDNIGHT + 2001, MIDNIGHT + DAY)).isEmpty();
        assertThat(readAll(MIDNIGHT, MIDNIGHT + 999)).isEmpty();
    }

    @Test
    void onlyTheSeriesAskedForComeBack() {
        List<ChunkRow> rows = new ArrayList<>();
        for (int series = 0; series < 50; series++) {
            rows.add(row(series, MIDNIGHT, MIDNIGHT + 10, 1, 1));
        }
        await(chunks().write(shard, rows));
        TreeSet<SeriesId> wanted = new TreeSet<>(List.of(series(3), series(49), series(999)));
        assertThat(read(wanted, MIDNIGHT, MIDNIGHT)).containsExactlyInAnyOrder(rows.get(3), rows.get(49));
        assertThat(read(new TreeSet<>(), MIDNIGHT, MIDNIGHT)).isEmpty();
    }

    @Test
    void epochAndSequenceKeepChunksOfOneStartApart() {
        ChunkRow first = row(1, MIDNIGHT, MIDNIGHT + 10, 1, 1);
        ChunkRow second = row(1, MIDNIGHT, MIDNIGHT + 20, 1, 2);
        ChunkRow third = row(1, MIDNIGHT, MIDNIGHT + 30, 2, 1);
        await(chunks().write(shard, List.of(first, second)));
        await(chunks().write(shard, List.of(third)));
        await(chunks().write(shard, List.of(first)));
        assertThat(readAll(MIDNIGHT, MIDNIGHT)).containsExactlyInAnyOrder(first, second, third);
    }

    @Test
    void metricsAndShardsAreApart() {
        await(chunks().write(shard, List.of(row(1, MIDNIGHT, MIDNIGHT + 10, 1, 1))));
        List<ChunkRow> rows = new ArrayList<>();
        await(chunks().read(shard, METRIC + 1, null, MIDNIGHT, MIDNIGHT + DAY, rows::add));
        await(chunks().read(freshShard(), METRIC, null, MIDNIGHT, MIDNIGHT + DAY, rows::add));
        assertThat(rows).isEmpty();
    }

    @Test
    void theSeriesOfADayAreListedInOrderEachOnce() {
        List<ChunkRow> rows = new ArrayList<>();
        TreeSet<SeriesId> written = new TreeSet<>();
        for (int series = 0; series < 30; series++) {
            rows.add(row(series, MIDNIGHT, MIDNIGHT + 10, 1, 1));
            rows.add(row(series, MIDNIGHT + 1000, MIDNIGHT + 2000, 1, 2));
            rows.add(row(series + 100, MIDNIGHT + DAY, MIDNIGHT + DAY, 1, 3));
            written.add(series(series));
        }
        rows.add(new ChunkRow(METRIC + 1, series(7), MIDNIGHT + DAY - 1, MIDNIGHT + DAY - 1, 1, 4, blob(1, 10)));
        await(chunks().write(shard, rows));
        List<StoredSeries> expected = new ArrayList<>();
        written.forEach(id -> expected.add(new StoredSeries(METRIC, id)));
        expected.add(new StoredSeries(METRIC + 1, series(7)));
        List<StoredSeries> listed = new ArrayList<>();
        await(chunks().series(shard, MIDNIGHT / DAY, listed::add));
        assertThat(listed).containsExactlyElementsOf(expected);
        listed.clear();
        await(chunks().series(shard, MIDNIGHT / DAY + 2, listed::add));
        assertThat(listed).isEmpty();
    }

    /** More than a partition of a test's store takes: an adapter that cuts days into slices has to cut here. */
    @Test
    void aLargeDayOfManyMetricsIsReadAsOne() {
        List<ChunkRow> rows = new ArrayList<>();
        TreeSet<SeriesId> giant = new TreeSet<>();
        for (int piece = 0; piece < 4; piece++) {
            List<ChunkRow> together = new ArrayList<>();
            for (int series = 0; series < 300; series++) {
                // Every second series is of one metric.
                long metric = series % 2 == 0 ? METRIC : METRIC + 0x0200_0000_0000_0000L * (series % 40);
                long start = MIDNIGHT + piece * 7_200_000L;
                together.add(new ChunkRow(
                        metric, series(series), start, start + 7_190_000, 1, piece, blob(series + piece, 400)));
                if (metric == METRIC) {
                    giant.add(series(series));
                }
            }
            await(chunks().write(shard, together));
            rows.addAll(together);
            if (piece == 1) {
                await(chunks().taken(shard));
            }
        }
        List<ChunkRow> ofGiant =
                rows.stream().filter(row -> row.metricHash() == METRIC).toList();
        for (int look = 0; look < 2; look++) {
            assertThat(readAll(MIDNIGHT, MIDNIGHT + DAY - 1)).containsExactlyInAnyOrderElementsOf(ofGiant);
            // Many and few names.
            assertThat(read(giant, MIDNIGHT - 100 * DAY, MIDNIGHT + 100 * DAY))
                    .containsExactlyInAnyOrderElementsOf(ofGiant);
            TreeSet<SeriesId> some = new TreeSet<>(List.of(giant.first(), series(10), series(11), giant.last()));
            assertThat(read(some, MIDNIGHT, MIDNIGHT + 7_199_999))
                    .hasSize(3)
                    .allMatch(row -> some.contains(row.series()) && row.sequence() == 0);
            List<StoredSeries> listed = new ArrayList<>();
            await(chunks().series(shard, MIDNIGHT / DAY, listed::add));
            assertThat(listed)
                    .containsExactlyElementsOf(rows.stream()
                            .map(row -> new StoredSeries(row.metricHash(), row.series()))
                            .distinct()
                            .sorted(java.util.Comparator.comparingLong(StoredSeries::metricHash)
                                    .thenComparing(StoredSeries::series))
                            .toList());
            await(chunks().taken(shard));
        }
    }

    @Test
    void chunksOfAllClassesAreReadAlsoWhenTheClassesAreGone() {
        ChunkStore classes = storesOf(CLASSES).chunks();
        List<ChunkRow> rows = new ArrayList<>();
        TreeSet<SeriesId> written = new TreeSet<>();
        for (int series = 0; series < 60; series++) {
            rows.add(row(series, MIDNIGHT, MIDNIGHT + 10, 1, 1));
            written.add(series(series));
        }
        await(chunks().taken(shard));
        await(classes.write(shard, rows.subList(0, 20)));
        await(classes.write(shard, 3 * DAY, rows.subList(20, 40)));
        await(classes.write(shard, 30 * DAY, rows.subList(40, 60)));
        // Of a series that changed its class on that day.
        ChunkRow changed = row(7, MIDNIGHT + 1000, MIDNIGHT + 2000, 1, 2);
        await(classes.write(shard, 30 * DAY, List.of(changed)));
        rows.add(changed);
        // Of a day that the common class has nothing of.
        ChunkRow alone = row(8, MIDNIGHT + 2 * DAY, MIDNIGHT + 2 * DAY + 10, 1, 3);
        await(classes.write(shard, 3 * DAY, List.of(alone)));
        ChunkStore common = storesOf(StorageTiers.DEFAULT).chunks();
        for (ChunkStore reader : List.of(classes, chunks(), common)) {
            await(reader.taken(shard));
            List<ChunkRow> found = new ArrayList<>();
            await(reader.read(shard, METRIC, null, MIDNIGHT, MIDNIGHT + DAY, row -> found.add(Copies.of(row))));
            assertThat(found).containsExactlyInAnyOrderElementsOf(rows);
            found.clear();
            TreeSet<SeriesId> wanted = new TreeSet<>(List.of(series(7), series(25), series(8)));
            await(reader.read(shard, METRIC, wanted, MIDNIGHT, MIDNIGHT + 3 * DAY, row -> found.add(Copies.of(row))));
            assertThat(found).containsExactlyInAnyOrder(rows.get(7), changed, rows.get(25), rows.get(8), alone);
            List<StoredSeries> listed = new ArrayList<>();
            await(reader.series(shard, MIDNIGHT / DAY, listed::add));
            assertThat(listed)
                    .containsExactlyElementsOf(written.stream()
                            .map(id -> new StoredSeries(METRIC, id))
                            .toList());
        }
    }

    @Test
    void aClassThatTheStoreWasNotOpenedWithIsRefused() {
        assertThatThrownBy(() -> await(chunks().write(shard, 77 * DAY, List.of(row(1, MIDNIGHT, MIDNIGHT, 1, 1)))))
                .hasRootCauseInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void theConsumersExceptionFailsTheRead() {
        await(chunks().write(shard, List.of(row(1, MIDNIGHT, MIDNIGHT + 10, 1, 1))));
        assertThatThrownBy(() -> await(chunks().read(shard, METRIC, null, MIDNIGHT, MIDNIGHT, row -> {
                    throw new IllegalArgumentException("enough");
                })))
                .hasRootCauseMessage("enough");
    }
}
