package io.pharos.timeseries.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.labels.SeriesId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link RollupStore} does, for the tiers of {@link StorageTiers#DEFAULT}. */
public abstract class RollupStoreContract extends StoreContract {
    private static final long MINUTE = 60_000;
    private static final long DAY = 86_400_000;
    private static final long METRIC = 0x8123456789abcdefL;
    private static final RollupTier MINUTES = StorageTiers.DEFAULT.rollups().get(0);
    private static final RollupTier HOURS = StorageTiers.DEFAULT.rollups().get(1);

    private final int shard = freshShard();

    /** The store under test, opened again with other tiers; the contract does not close it. */
    protected abstract Stores storesOf(StorageTiers tiers);
    /** A midnight at which a partition of both tiers begins, more than ten days ago and well inside 30 days. */
    private final long midnight = HOURS.partition(System.currentTimeMillis() - 11 * DAY) * DAY;

    private RollupStore rollups() {
        return stores().rollups();
    }

    private static SeriesId series(int number) {
        return new SeriesId(0x9e3779b97f4a7c15L * number, number);
    }

    private static ChunkRow row(int series, long first, long last, long epoch, int sequence) {
        return new ChunkRow(METRIC, series(series), first, last, epoch, sequence, blob(series + sequence, 300));
    }

    private List<ChunkRow> read(RollupTier tier, @Nullable SortedSet<SeriesId> series, long from, long to) {
        List<ChunkRow> rows = new ArrayList<>();
        await(rollups().read(shard, tier, METRIC, series, from, to, row -> rows.add(Copies.of(row))));
        return rows;
    }

    @Test
    void aPointAtMidnightBelongsToTheDayThatEndsThere() {
        ChunkRow first = row(1, midnight + MINUTE, midnight + DAY, 1, 1);
        ChunkRow second = row(1, midnight + DAY + MINUTE, midnight + 2 * DAY, 1, 2);
        await(rollups().write(shard, MINUTES, List.of(first, second)));
        assertThat(read(MINUTES, null, midnight + DAY, midnight + DAY)).containsExactly(first);
        assertThat(read(MINUTES, null, midnight + DAY + 1, midnight + DAY + MINUTE))
                .containsExactly(second);
        assertThat(read(MINUTES, null, midnight, midnight + 3 * DAY)).containsExactlyInAnyOrder(first, second);
        assertThat(read(MINUTES, null, midnight - DAY, midnight + MINUTE - 1)).isEmpty();
    }

    @Test
    void coarseTiersHaveLongPartitions() {
        ChunkRow row = row(1, midnight + 60 * MINUTE, midnight + 10 * DAY, 1, 1);
        await(rollups().write(shard, HOURS, List.of(row)));
        assertThat(read(HOURS, null, midnight + 4 * DAY, midnight + 5 * DAY)).containsExactly(row);
        assertThat(read(HOURS, null, midnight - 300 * DAY, midnight + 300 * DAY))
                .containsExactly(row);
        assertThat(read(MINUTES, null, midnight, midnight + 10 * DAY)).isEmpty();
    }

    @Test
    void epochAndSequenceKeepRowsOfOnePieceApart() {
        ChunkRow first = row(1, midnight + MINUTE, midnight + DAY, 1, 1);
        ChunkRow again = row(1, midnight + MINUTE, midnight + DAY, 1, 2);
        ChunkRow later = row(1, midnight + MINUTE, midnight + DAY, 2, 1);
        await(rollups().write(shard, MINUTES, List.of(first, again)));
        await(rollups().write(shard, MINUTES, List.of(later, first)));
        assertThat(read(MINUTES, null, midnight, midnight + DAY)).containsExactlyInAnyOrder(first, again, later);
    }

    @Test
    void onlyTheSeriesAskedForComeBackAndAllAreListed() {
        List<ChunkRow> rows = new ArrayList<>();
        TreeSet<SeriesId> written = new TreeSet<>();
        for (int series = 0; series < 90; series++) {
            rows.add(row(series, midnight + MINUTE, midnight + DAY, 1, 1));
            written.add(series(series));
        }
        await(rollups().write(shard, MINUTES, rows));
        TreeSet<SeriesId> wanted = new TreeSet<>(List.of(series(3), series(49), series(999)));
        assertThat(read(MINUTES, wanted, midnight, midnight + DAY))
                .containsExactlyInAnyOrder(rows.get(3), rows.get(49));
        List<StoredSeries> listed = new ArrayList<>();
        await(rollups().series(shard, MINUTES, midnight / DAY, listed::add));
        assertThat(listed)
                .containsExactlyElementsOf(
                        written.stream().map(id -> new StoredSeries(METRIC, id)).toList());
    }

    /** More than a partition of a test's store takes. */
    @Test
    void aLargeDayIsReadAsOneAlsoByThoseWhoReadTheProgressSince() {
        List<ChunkRow> rows = new ArrayList<>();
        TreeSet<SeriesId> written = new TreeSet<>();
        for (int series = 0; series < 400; series++) {
            written.add(series(series));
        }
        // In order, as a roll-up goes through a day.
        int number = 0;
        for (SeriesId id : written) {
            rows.add(new ChunkRow(METRIC, id, midnight + MINUTE, midnight + DAY, 1, 1, blob(number++, 300)));
        }
        for (int from = 0; from < 400; from += 100) {
            await(rollups().write(shard, MINUTES, rows.subList(from, from + 100)));
            await(stores().rollupProgress().read(shard));
        }
        for (int look = 0; look < 2; look++) {
            assertThat(read(MINUTES, null, midnight, midnight + DAY)).containsExactlyInAnyOrderElementsOf(rows);
            assertThat(read(MINUTES, written, midnight, midnight + DAY)).containsExactlyInAnyOrderElementsOf(rows);
            List<StoredSeries> listed = new ArrayList<>();
            await(rollups().series(shard, MINUTES, midnight / DAY, listed::add));
            assertThat(listed)
                    .containsExactlyElementsOf(written.stream()
                            .map(id -> new StoredSeries(METRIC, id))
                            .toList());
            await(stores().rollupProgress().marks(shard));
        }
    }

    @Test
    void rowsOfATierThatIsGoneAreReadWithTheOneThatFollowedIt() {
        RollupTier longer = new RollupTier(MINUTE, 60 * DAY);
        StorageTiers changed = new StorageTiers(StorageTiers.DEFAULT.rawRetentionMillis(), List.of(longer, HOURS));
        ChunkRow before = row(1, midnight + MINUTE, midnight + DAY, 1, 1);
        ChunkRow hours = row(1, midnight + 60 * MINUTE, midnight + DAY, 1, 1);
        await(rollups().write(shard, MINUTES, List.of(before)));
        await(rollups().write(shard, HOURS, List.of(hours)));
        Stores after = storesOf(changed);
        ChunkRow later = row(2, midnight + DAY + MINUTE, midnight + 2 * DAY, 1, 2);
        await(after.rollups().write(shard, longer, List.of(later)));
        List<ChunkRow> found = new ArrayList<>();
        await(after.rollups()
                .read(shard, longer, METRIC, null, midnight, midnight + 3 * DAY, row -> found.add(Copies.of(row))));
        assertThat(found).containsExactlyInAnyOrder(before, later);
        List<StoredSeries> listed = new ArrayList<>();
        await(after.rollups().series(shard, longer, midnight / DAY, listed::add));
        assertThat(listed).containsExactly(new StoredSeries(METRIC, series(1)));
    }

    @Test
    void whatIsOlderThanTheRetentionIsNotKept() {
        long old = midnight - 30 * DAY;
        await(rollups().write(shard, MINUTES, List.of(row(1, old + MINUTE, old + DAY, 1, 1))));
        assertThat(read(MINUTES, null, old, old + DAY)).isEmpty();
    }
}
