package io.pharos.persistence.slice;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.labels.SeriesId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Days of a shard, at a hundredth of the real sizes: 10 kB instead of 1 MB, and rows of 250 bytes instead of 900. */
class PlacementTest {
    private static final SliceSizes SIZES = new SliceSizes(200_000, 400_000, 40_000);
    private static final long NEVER_OVER = 500_000;
    private static final long FIRST_DAY = 20_000;
    private static final long DAY_MILLIS = 86_400_000;
    private static final int SERIES = 1_500;
    private static final int CHUNKS_A_DAY = 12;
    private static final int ROW_BYTES = 250;

    /** How the series of a shard spread over metrics. */
    enum Shape {
        EQUAL,
        ONE_GIANT,
        GIANT_AND_TINY,
        MANY_TINY,
        HISTOGRAMS;

        private int metricOf(int series) {
            return switch (this) {
                case EQUAL -> series % 100;
                case ONE_GIANT -> 0;
                case GIANT_AND_TINY -> series % 10 < 8 ? 0 : series;
                case MANY_TINY -> series;
                case HISTOGRAMS -> series % 15 < 12 ? series % 3 : 1000 + series % 15;
            };
        }

        List<SliceKey> series(SplittableRandom random) {
            Map<Integer, Long> metrics = new HashMap<>();
            List<SliceKey> keys = new ArrayList<>();
            for (int i = 0; i < SERIES; i++) {
                long metric = metrics.computeIfAbsent(metricOf(i), added -> random.nextLong());
                keys.add(new SliceKey(metric, random.nextLong()));
            }
            return keys;
        }
    }

    /** What is stored: records, bytes by partition, and the partitions of each series. */
    private static final class Store {
        private final List<Map.Entry<Long, SliceRecord>> records = new ArrayList<>();
        private final Map<Long, Map<Integer, Long>> bytes = new HashMap<>();
        private final Map<Long, Map<SliceKey, Set<Integer>>> places = new HashMap<>();

        Placement owner(long seed) {
            Placement placement = new Placement(SIZES, 1, new SplittableRandom(seed));
            // In any order.
            List<Map.Entry<Long, SliceRecord>> shuffled = new ArrayList<>(records);
            java.util.Collections.shuffle(shuffled, new java.util.Random(seed));
            for (Map.Entry<Long, SliceRecord> each : shuffled) {
                placement.load(each.getKey(), SliceRecord.decode(each.getValue().encode()));
            }
            placement.loaded(Long.MIN_VALUE);
            return placement;
        }

        void write(Placement placement, long day, SliceKey key, long rowBytes) {
            int slice = placement.place(day, key, rowBytes, (day + 8) * DAY_MILLIS);
            placement.takeRecords().forEach((of, entry) -> records.add(Map.entry(of, entry)));
            bytes.computeIfAbsent(day, added -> new HashMap<>()).merge(slice, rowBytes, Long::sum);
            places.computeIfAbsent(day, added -> new HashMap<>())
                    .computeIfAbsent(key, added -> new LinkedHashSet<>())
                    .add(slice);
        }

        long largest(long day) {
            return slices(day).values().stream()
                    .mapToLong(Long::longValue)
                    .max()
                    .orElse(0);
        }

        Map<Integer, Long> slices(long day) {
            return bytes.getOrDefault(day, Map.of());
        }

        void everySeriesIsWhereAReaderLooks(Placement placement, long day) {
            places.getOrDefault(day, Map.of()).forEach((key, slices) -> {
                Set<Integer> looked = new LinkedHashSet<>();
                for (SliceRange range : placement.slices(day, key, key)) {
                    looked.add(range.number());
                }
                assertThat(looked).as("%s on day %s", key, day).containsAll(slices);
            });
        }
    }

    private static void day(Store store, Placement placement, long day, List<SliceKey> series) {
        for (int chunk = 0; chunk < CHUNKS_A_DAY; chunk++) {
            for (SliceKey key : series) {
                store.write(placement, day, key, ROW_BYTES);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSecondDayHasSlicesOfTheTargetAndNoPartitionIsEverTooLarge(Shape shape) {
        SplittableRandom random = new SplittableRandom(11);
        List<SliceKey> series = shape.series(random);
        Store store = new Store();
        Placement placement = store.owner(1);
        for (long day = FIRST_DAY; day < FIRST_DAY + 3; day++) {
            day(store, placement, day, series);
            assertThat(store.largest(day)).isLessThanOrEqualTo(SIZES.limit());
            store.everySeriesIsWhereAReaderLooks(placement, day);
            store.everySeriesIsWhereAReaderLooks(store.owner(2), day);
        }
        for (long day = FIRST_DAY + 1; day < FIRST_DAY + 3; day++) {
            Map<Integer, Long> slices = store.slices(day);
            double mean = (double) SERIES * CHUNKS_A_DAY * ROW_BYTES / slices.size();
            assertThat(mean).as("mean of day %s", day).isBetween(SIZES.target() * 0.6, SIZES.target() * 1.4);
            assertThat(store.largest(day) / mean)
                    .as("largest to mean of day %s", day)
                    .isLessThan(1.8);
        }
        // A steady day costs a record at its beginning, and few that reserve.
        long records = store.records.stream()
                .filter(entry -> entry.getKey() == FIRST_DAY + 2)
                .count();
        assertThat(records).isLessThan(store.slices(FIRST_DAY + 2).size() * 8L);
    }

    @ParameterizedTest
    @EnumSource
    void ownersThatComeAndGoNeverLoseARowNorFillAPartitionTooFar(Shape shape) {
        for (long seed = 1; seed <= 3; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<SliceKey> series = shape.series(random);
            Store store = new Store();
            Placement placement = store.owner(seed);
            Placement deposed = placement;
            for (int row = 0; row < 12_000; row++) {
                if (random.nextInt(1_500) == 0) {
                    deposed = placement;
                    placement = store.owner(random.nextLong());
                }
                SliceKey key = series.get(random.nextInt(series.size()));
                long day = FIRST_DAY + row / 8_000;
                store.write(placement, day, key, 100 + random.nextInt(300));
                if (random.nextInt(40) == 0) {
                    // It has not heard yet that it owns nothing. Nobody misses what it writes, but it must not do harm.
                    SliceKey other = series.get(random.nextInt(series.size()));
                    store.write(deposed, day, other, 100 + random.nextInt(300));
                }
            }
            for (long day = FIRST_DAY; day < FIRST_DAY + 2; day++) {
                assertThat(store.largest(day)).as("seed %s", seed).isLessThanOrEqualTo(NEVER_OVER);
                store.everySeriesIsWhereAReaderLooks(store.owner(9), day);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anImportInOrderOrOfOneSeriesStaysInBounds(boolean oneSeries) {
        SplittableRandom random = new SplittableRandom(5);
        Set<SliceKey> keys = new TreeSet<>(Shape.EQUAL.series(random));
        Store store = new Store();
        Placement placement = store.owner(1);
        for (SliceKey key : oneSeries ? List.of(keys.iterator().next()) : keys) {
            for (int row = 0; row < (oneSeries ? 20_000 : 14); row++) {
                store.write(placement, FIRST_DAY, key, ROW_BYTES);
            }
        }
        assertThat(store.largest(FIRST_DAY)).isLessThanOrEqualTo(SIZES.limit());
        store.everySeriesIsWhereAReaderLooks(placement, FIRST_DAY);
        if (!oneSeries) {
            // What is closed says which keys it has, so that a reader does not look into all that came before.
            double looked = keys.stream()
                    .mapToInt(key -> placement.slices(FIRST_DAY, key, key).size())
                    .average()
                    .orElse(0);
            assertThat(looked).isLessThan(4);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {FIRST_DAY - 1, FIRST_DAY + 1})
    void rowsFromBeforeSlicesAreFoundInSliceZero(long plainUntil) {
        Placement placement = new Placement(SIZES, 1, new SplittableRandom(3));
        placement.loaded(plainUntil);
        SliceKey key = SliceKey.of(7, new SeriesId(-5, 3));
        assertThat(placement.slices(FIRST_DAY, key, key)).containsExactly(SliceRange.PLAIN);
        List<SliceKey> series = Shape.EQUAL.series(new SplittableRandom(4));
        Store store = new Store();
        for (int i = 0; i < 6_000; i++) {
            store.write(placement, FIRST_DAY - 1, series.get(i % SERIES), ROW_BYTES);
        }
        store.write(placement, FIRST_DAY, key, ROW_BYTES);
        boolean read = placement.slices(FIRST_DAY, key, key).stream().anyMatch(range -> range.number() == 0);
        assertThat(read).isEqualTo(FIRST_DAY <= plainUntil);
        Placement next = store.owner(8);
        assertThat(next.plainUntilDay()).isEqualTo(plainUntil);
        assertThat(next.slices(FIRST_DAY, key, key)).isEqualTo(placement.slices(FIRST_DAY, key, key));
    }

    @ParameterizedTest
    @ValueSource(longs = {20, 200})
    void aSmallDayIsOneSliceAndOneRecordAnOwner(long rows) {
        Store store = new Store();
        List<SliceKey> series = Shape.EQUAL.series(new SplittableRandom(6));
        for (long day = FIRST_DAY; day < FIRST_DAY + 5; day++) {
            Placement placement = store.owner(day);
            for (int row = 0; row < rows; row++) {
                store.write(placement, day, series.get(row), 150);
            }
            assertThat(store.slices(day)).containsOnlyKeys(0);
        }
        assertThat(store.records).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10})
    void rowsThatLiveLongerThanTheRecordsMakeNewRecords(int periodDays) {
        Placement placement = new Placement(SIZES, periodDays, new SplittableRandom(7));
        placement.loaded(0);
        SliceKey key = new SliceKey(1, 1);
        placement.place(FIRST_DAY, key, 100, 1_000);
        long until = until(placement);
        assertThat(until).isGreaterThan(1_000);
        placement.place(FIRST_DAY, key, 100, until);
        assertThat(placement.takeRecords()).isEmpty();
        placement.place(FIRST_DAY, key, 100, until + 1);
        assertThat(until(placement)).isGreaterThan(until);
        placement.expire(until);
        assertThat(placement.daysBetween(0, FIRST_DAY)).containsExactly(FIRST_DAY);
        placement.expire(Long.MAX_VALUE);
        assertThat(placement.daysBetween(0, FIRST_DAY)).isEmpty();
    }

    private static long until(Placement placement) {
        return placement.takeRecords().values().stream()
                .mapToLong(SliceRecord::untilMillis)
                .max()
                .orElseThrow();
    }
}
