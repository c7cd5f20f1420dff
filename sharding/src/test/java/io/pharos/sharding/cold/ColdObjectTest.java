package io.pharos.sharding.cold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.format.Golden;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.ColdObjectMissingException;
import io.pharos.timeseries.store.memory.InMemoryColdStore;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a cold object holds comes back as it was, and what is damaged is said. */
class ColdObjectTest {
    private static final long DAY = 20_778;
    private static final long MIDNIGHT = DAY * ColdDay.MILLIS;
    private static final int SHARD = 7;

    private final InMemoryColdStore store = new InMemoryColdStore(Runnable::run);
    private final ColdMetrics metrics = new ColdMetrics(new PrometheusRegistry(), OptionalLong::empty);

    private static ByteBuffer chunk(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private static List<ChunkRow> rows(Random random, int metrics, int series, int rows, int lengthMax) {
        List<ChunkRow> all = new ArrayList<>();
        for (int m = 0; m < metrics; m++) {
            long metric = random.nextLong();
            for (int s = 0; s < series; s++) {
                SeriesId id = new SeriesId(random.nextLong(), random.nextLong());
                for (int r = 0; r < 1 + random.nextInt(rows); r++) {
                    long start = MIDNIGHT + random.nextInt(80_000_000);
                    all.add(new ChunkRow(
                            metric,
                            id,
                            start,
                            start + random.nextInt(6_000_000),
                            1 + random.nextInt(3),
                            random.nextBoolean() ? r : -r - 1,
                            chunk(random, 1 + random.nextInt(lengthMax))));
                }
            }
        }
        all.sort(ColdFormat.ORDER);
        return all;
    }

    private ColdObjects.Named put(List<ChunkRow> rows) {
        ColdObjectWriter writer = new ColdObjectWriter(SHARD, DAY);
        rows.forEach(writer::add);
        ByteBuffer object = writer.finish();
        ColdDay day = new ColdDay(DAY, 3, 1, List.of(new ColdDay.Part(object.remaining(), 0)));
        store.put(day.object(SHARD, 0), object).toCompletableFuture().join();
        return new ColdObjects.Named(SHARD, day, 0);
    }

    private ByteBuffer object(ColdObjects.Named named) {
        return Objects.requireNonNull(store.objects().get(named.object())).duplicate();
    }

    private ColdObjects objects() {
        return new ColdObjects(store, 1 << 20, metrics);
    }

    private static List<ChunkRow> read(
            ColdObjects objects,
            ColdObjects.Named named,
            long metric,
            @Nullable SortedSet<SeriesId> series,
            long from,
            long to) {
        List<ChunkRow> found = new ArrayList<>();
        objects.read(named, metric, series, from, to, found::add)
                .toCompletableFuture()
                .join();
        return found;
    }

    @Test
    void everyRowIsFoundByItsMetricSeriesAndTime() {
        Random random = new Random(11);
        List<ChunkRow> rows = rows(random, 9, 150, 12, 300);
        ColdObjects.Named named = put(rows);
        ColdObjects objects = objects();
        long[] all = rows.stream().mapToLong(ChunkRow::metricHash).distinct().toArray();
        for (long metric : all) {
            List<ChunkRow> ofMetric =
                    rows.stream().filter(row -> row.metricHash() == metric).toList();
            assertThat(read(objects, named, metric, null, Long.MIN_VALUE, Long.MAX_VALUE))
                    .isEqualTo(ofMetric);
            SortedSet<SeriesId> some = new TreeSet<>();
            ofMetric.forEach(row -> {
                if (random.nextInt(40) == 0) {
                    some.add(row.series());
                }
            });
            some.add(new SeriesId(random.nextLong(), 0));
            long from = MIDNIGHT + random.nextInt(60_000_000);
            long to = from + random.nextInt(30_000_000);
            assertThat(read(objects, named, metric, some, from, to))
                    .isEqualTo(ofMetric.stream()
                            .filter(row ->
                                    some.contains(row.series()) && row.startMillis() <= to && row.endMillis() >= from)
                            .toList());
        }
        assertThat(read(objects, named, random.nextLong(), null, Long.MIN_VALUE, Long.MAX_VALUE))
                .isEmpty();
        List<ColdBlock.Series> series = new ArrayList<>();
        objects.series(named, series::add).toCompletableFuture().join();
        assertThat(series)
                .isEqualTo(rows.stream()
                        .map(row -> new ColdBlock.Series(row.metricHash(), row.series()))
                        .distinct()
                        .toList());
    }

    @Test
    void aSeriesIsReadWithoutTheRestOfTheObject() {
        List<ChunkRow> rows = rows(new Random(12), 2, 500, 2, 4000);
        ColdObjects.Named named = put(rows);
        ChunkRow one = rows.get(rows.size() / 2);
        PrometheusRegistry registry = new PrometheusRegistry();
        ColdObjects objects = new ColdObjects(store, 1 << 20, new ColdMetrics(registry, OptionalLong::empty));
        assertThat(read(objects, named, one.metricHash(), new TreeSet<>(List.of(one.series())), 0, Long.MAX_VALUE))
                .contains(one);
        double bytes = registry.scrape().stream()
                .filter(metric -> metric.getMetadata().getName().equals("pharos_cold_read_bytes"))
                .mapToDouble(metric -> ((io.prometheus.metrics.model.snapshots.CounterSnapshot) metric)
                        .getDataPoints()
                        .get(0)
                        .getValue())
                .sum();
        assertThat(bytes).isBetween(1.0, named.bytes() / 10.0);
    }

    @Test
    void theFormatIsThisForEver() {
        List<ChunkRow> rows = new ArrayList<>();
        for (long metric : new long[] {-5, 77}) {
            for (int i = 0; i < 3; i++) {
                rows.add(new ChunkRow(
                        metric,
                        new SeriesId(metric, 1 + i / 2),
                        MIDNIGHT + 10_000L * i,
                        MIDNIGHT + 10_000L * i + 7000,
                        2,
                        i,
                        ByteBuffer.wrap(new byte[] {1, 2, (byte) i})));
            }
        }
        ColdObjects.Named named = put(rows);
        ByteBuffer golden = Golden.check("cold-object.hex", object(named));
        store.damage(named.object(), golden);
        assertThat(read(objects(), named, -5, null, 0, Long.MAX_VALUE)).isEqualTo(rows.subList(0, 3));
        assertThat(read(objects(), named, 77, null, 0, Long.MAX_VALUE)).isEqualTo(rows.subList(3, 6));
        assertThat(named.object()).isEqualTo("shard-7/2026-11-21/e3-v1-p0");
    }

    /** Reads everything, and says the fault if there is one. */
    private @Nullable Throwable fault(ColdObjects.Named named, List<ChunkRow> rows) {
        try {
            ColdObjects objects = objects();
            List<ChunkRow> found = new ArrayList<>();
            for (long metric :
                    rows.stream().mapToLong(ChunkRow::metricHash).distinct().toArray()) {
                found.addAll(read(objects, named, metric, null, Long.MIN_VALUE, Long.MAX_VALUE));
            }
            assertThat(found).isEqualTo(rows);
            return null;
        } catch (CompletionException failed) {
            return failed.getCause();
        }
    }

    @Test
    void damageIsAnErrorThatNamesTheObjectAndNeverAWrongValue() {
        Random random = new Random(13);
        List<ChunkRow> rows = rows(random, 4, 40, 3, 60);
        ColdObjects.Named named = put(rows);
        ByteBuffer sound = object(named);
        byte[] bytes = new byte[sound.remaining()];
        sound.duplicate().get(bytes);
        for (int i = 0; i < 1500; i++) {
            byte[] damaged = bytes.clone();
            int at = i < 40 ? bytes.length - 1 - i : random.nextInt(bytes.length);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            store.damage(named.object(), ByteBuffer.wrap(damaged));
            assertThat(fault(named, rows))
                    .as("byte %d of %d", at, bytes.length)
                    .isInstanceOf(CorruptBlobException.class)
                    .hasMessageContaining(named.object());
        }
        for (int length : LongStream.of(0, 1, 19, 20, bytes.length / 2, bytes.length - 1)
                .mapToInt(Math::toIntExact)
                .toArray()) {
            store.damage(named.object(), ByteBuffer.wrap(bytes, 0, length).slice());
            assertThat(fault(named, rows))
                    .as("the first %d bytes", length)
                    .isInstanceOf(CorruptBlobException.class)
                    .hasMessageContaining(named.object());
        }
        store.damage(named.object(), ByteBuffer.wrap(bytes));
        assertThat(fault(named, rows)).isNull();
    }

    @Test
    void anotherDaysObjectInItsPlaceIsAnError() {
        List<ChunkRow> rows = rows(new Random(14), 2, 3, 2, 60);
        ColdObjects.Named named = put(rows);
        ColdDay other = new ColdDay(DAY + 1, 3, 1, named.day().parts());
        store.damage(other.object(SHARD, 0), object(named));
        assertThat(fault(new ColdObjects.Named(SHARD, other, 0), rows))
                .isInstanceOf(CorruptBlobException.class)
                .hasMessageContaining(other.object(SHARD, 0));
    }

    @Test
    void anObjectThatIsNotThereIsNamed() {
        List<ChunkRow> rows = rows(new Random(15), 1, 1, 1, 60);
        ColdObjects.Named named = put(rows);
        store.lose(named.object());
        assertThat(fault(named, rows))
                .isInstanceOf(ColdObjectMissingException.class)
                .hasMessageContaining(named.object());
    }

    @Test
    void rowsOutOfOrderOrOfAnotherDayAreRefused() {
        List<ChunkRow> rows = rows(new Random(16), 1, 2, 1, 60);
        ColdObjectWriter writer = new ColdObjectWriter(SHARD, DAY);
        writer.add(rows.get(1));
        assertThatThrownBy(() -> writer.add(rows.get(0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ColdObjectWriter(SHARD, DAY + 1).add(rows.get(0)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesTellTheEpoch() {
        assertThat(ColdDay.epochOf("shard-7/2026-11-21/e31-v1-p0")).isEqualTo(31);
        assertThat(ColdDay.epochOf("shard-7/2026-11-21/another")).isEqualTo(Long.MAX_VALUE);
        assertThat(ColdDay.epochOf("shard-7/2026-11-21/ex-v1-p0")).isEqualTo(Long.MAX_VALUE);
    }
}
