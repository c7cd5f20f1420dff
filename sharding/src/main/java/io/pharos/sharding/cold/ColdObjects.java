package io.pharos.sharding.cold;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.ColdStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads cold objects: the index through a cache with a budget, and of the chunks only those asked for. An object that is damaged
 * fails a read with a {@link CorruptBlobException} that names it, one that is not there with a {@link
 * io.pharos.timeseries.store.ColdObjectMissingException}. Thread-safe.
 */
final class ColdObjects {
    /** Most directories lie in so many last bytes of their object. */
    private static final int TAIL_BYTES = 16 << 10;
    /** Chunks with less than this between them are read in one stretch. */
    private static final int GAP_BYTES_MAX = 32 << 10;

    private static final int STRETCH_BYTES_MAX = 4 << 20;
    private static final SeriesId FIRST = new SeriesId(0, 0);
    private static final SeriesId LAST = new SeriesId(-1, -1);

    private final ColdStore store;
    private final ColdMetrics metrics;
    private final Cache<Key, ColdDirectory> directories;
    private final Cache<Key, ColdBlock> blocks;

    /** A part of an object in the cache; the directory is at -1. */
    private record Key(String object, long offset) {}

    /** An object as a day names it. */
    record Named(int shard, ColdDay day, int part) {
        String object() {
            return day.object(shard, part);
        }

        long bytes() {
            return day.parts().get(part).bytes();
        }
    }

    /** Over a store; the cache holds so many bytes of index. */
    ColdObjects(ColdStore store, long cacheBytes, ColdMetrics metrics) {
        this.store = store;
        this.metrics = metrics;
        this.directories = Caffeine.newBuilder()
                .maximumWeight(Math.max(1, cacheBytes / 4))
                .<Key, ColdDirectory>weigher(
                        (key, directory) -> 300 + 100 * directory.blocks().size())
                .executor(Runnable::run)
                .build();
        this.blocks = Caffeine.newBuilder()
                .maximumWeight(Math.max(1, cacheBytes - cacheBytes / 4))
                .<Key, ColdBlock>weigher((key, block) -> 300 + block.body().length)
                .executor(Runnable::run)
                .build();
    }

    /**
     * Reads the chunks of a metric that overlap a time range, in their order; see {@link
     * io.pharos.timeseries.store.ChunkStore#read}.
     */
    CompletionStage<Void> read(
            Named named,
            long metric,
            @Nullable SortedSet<SeriesId> series,
            long fromMillis,
            long toMillis,
            Consumer<ChunkRow> consumer) {
        SeriesId from = series == null ? FIRST : series.first();
        SeriesId to = series == null ? LAST : series.last();
        List<ColdBlock.Place> places = new ArrayList<>();
        return directory(named)
                .thenCompose(directory -> each(
                        directory.blocks(metric, from, to).iterator(),
                        block -> block(named, block)
                                .thenAccept(read -> read.places(
                                        one -> one.metric() == metric && (series == null || series.contains(one.id())),
                                        place -> {
                                            if (place.startMillis() <= toMillis && place.endMillis() >= fromMillis) {
                                                places.add(place);
                                            }
                                        }))))
                .thenCompose(found ->
                        each(stretches(places).iterator(), stretch -> chunks(named.object(), stretch, consumer)));
    }

    /** The series of an object in their order. */
    CompletionStage<Void> series(Named named, Consumer<ColdBlock.Series> consumer) {
        return directory(named)
                .thenCompose(directory -> each(
                        directory.blocks().iterator(),
                        block -> block(named, block).thenAccept(read -> read.series(consumer))));
    }

    private CompletionStage<ColdDirectory> directory(Named named) {
        String object = named.object();
        Key key = new Key(object, -1);
        ColdDirectory known = directories.getIfPresent(key);
        if (known != null) {
            return CompletableFuture.completedStage(known);
        }
        long bytes = named.bytes();
        int tail = (int) Math.min(bytes, TAIL_BYTES);
        return exactly(object, bytes - tail, tail)
                .thenCompose(end -> {
                    int footAt = Math.max(0, tail - ColdFormat.FOOT_BYTES);
                    ColdDirectory.Foot foot = ColdDirectory.foot(end.slice(footAt, tail - footAt), bytes, object);
                    long at = foot.offset() - (bytes - tail);
                    CompletionStage<ByteBuffer> listed = at >= 0
                            ? CompletableFuture.completedStage(end.slice((int) at, foot.length()))
                            : exactly(object, foot.offset(), foot.length());
                    return listed.thenApply(blob -> ColdDirectory.read(
                            blob, foot, named.shard(), named.day().day(), object));
                })
                .thenApply(directory -> {
                    directories.put(key, directory);
                    return directory;
                });
    }

    private CompletionStage<ColdBlock> block(Named named, ColdDirectory.Block block) {
        Key key = new Key(named.object(), block.offset());
        ColdBlock known = blocks.getIfPresent(key);
        if (known != null) {
            return CompletableFuture.completedStage(known);
        }
        return exactly(named.object(), block.offset(), block.length()).thenApply(bytes -> {
            ColdBlock read = ColdBlock.read(bytes, named.shard(), named.day().day(), named.object());
            blocks.put(key, read);
            return read;
        });
    }

    /** Reads so many bytes and no fewer. */
    private CompletionStage<ByteBuffer> exactly(String object, long offset, int length) {
        metrics.read(length);
        return store.read(object, offset, length).thenApply(bytes -> {
            if (bytes.remaining() != length) {
                throw new CorruptBlobException(object + ": it ends after " + bytes.remaining() + " of the " + length
                        + " bytes from " + offset + " on");
            }
            return bytes;
        });
    }

    /** Chunks that are read at once: neighbours, up to a few megabytes. */
    private static List<List<ColdBlock.Place>> stretches(List<ColdBlock.Place> places) {
        List<List<ColdBlock.Place>> stretches = new ArrayList<>();
        List<ColdBlock.Place> open = new ArrayList<>();
        for (ColdBlock.Place place : places) {
            if (!open.isEmpty()) {
                ColdBlock.Place last = open.get(open.size() - 1);
                long gap = place.offset() - last.offset() - last.length();
                long whole = place.offset() + place.length() - open.get(0).offset();
                if (gap > GAP_BYTES_MAX || whole > STRETCH_BYTES_MAX) {
                    stretches.add(open);
                    open = new ArrayList<>();
                }
            }
            open.add(place);
        }
        if (!open.isEmpty()) {
            stretches.add(open);
        }
        return stretches;
    }

    private CompletionStage<Void> chunks(String object, List<ColdBlock.Place> stretch, Consumer<ChunkRow> consumer) {
        long from = stretch.get(0).offset();
        ColdBlock.Place last = stretch.get(stretch.size() - 1);
        int length = Math.toIntExact(last.offset() + last.length() - from);
        return exactly(object, from, length).thenAccept(bytes -> {
            for (ColdBlock.Place place : stretch) {
                ByteBuffer chunk = bytes.slice((int) (place.offset() - from), place.length());
                if (ColdObjectWriter.checksum(chunk) != place.checksum()) {
                    throw new CorruptBlobException(object + ": the chunk of series " + place.series() + " from "
                            + place.startMillis() + " on is damaged");
                }
                consumer.accept(new ChunkRow(
                        place.metric(),
                        place.series(),
                        place.startMillis(),
                        place.endMillis(),
                        place.epoch(),
                        place.sequence(),
                        chunk));
            }
        });
    }

    /** One after the other. */
    static <T> CompletionStage<Void> each(Iterator<T> all, Function<T, CompletionStage<Void>> work) {
        // Without recursion over stages that are complete: what is cached answers at once.
        while (all.hasNext()) {
            CompletableFuture<Void> done = work.apply(all.next()).toCompletableFuture();
            if (!done.isDone() || done.isCompletedExceptionally()) {
                return done.thenCompose(next -> each(all, work));
            }
        }
        return CompletableFuture.completedStage(null);
    }
}
