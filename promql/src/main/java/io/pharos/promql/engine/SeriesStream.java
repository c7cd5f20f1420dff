package io.pharos.promql.engine;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Series one after the other, so that a query holds one at a time where it can. Used by one thread; to be closed. */
interface SeriesStream extends AutoCloseable {
    /** The next series, or null at the end. */
    @Nullable
    SeriesBlock next();

    @Override
    default void close() {}

    /** The series of a list. */
    static SeriesStream of(List<SeriesBlock> blocks) {
        Iterator<SeriesBlock> iterator = blocks.iterator();
        return () -> iterator.hasNext() ? iterator.next() : null;
    }

    /** Streams one after the other, each begun when the one before it is at its end. */
    static SeriesStream each(List<Supplier<SeriesStream>> streams) {
        if (streams.size() == 1) {
            return streams.get(0).get();
        }
        Iterator<Supplier<SeriesStream>> left = streams.iterator();
        return new SeriesStream() {
            private SeriesStream current = SeriesStream.of(List.of());

            @Override
            public @Nullable SeriesBlock next() {
                while (true) {
                    SeriesBlock block = current.next();
                    if (block != null || !left.hasNext()) {
                        return block;
                    }
                    current.close();
                    current = left.next().get();
                }
            }

            @Override
            public void close() {
                current.close();
            }
        };
    }

    /** All series that are left; closes the stream. */
    default List<SeriesBlock> toList() {
        List<SeriesBlock> blocks = new ArrayList<>();
        try (SeriesStream self = this) {
            for (SeriesBlock block = self.next(); block != null; block = self.next()) {
                blocks.add(block);
            }
        }
        return blocks;
    }

    /** Each series through a function that may answer null to leave it out. */
    default SeriesStream map(Function<SeriesBlock, @Nullable SeriesBlock> function) {
        SeriesStream source = this;
        return new SeriesStream() {
            @Override
            public @Nullable SeriesBlock next() {
                for (SeriesBlock block = source.next(); block != null; block = source.next()) {
                    SeriesBlock mapped = function.apply(block);
                    if (mapped != null) {
                        return mapped;
                    }
                }
                return null;
            }

            @Override
            public void close() {
                source.close();
            }
        };
    }
}
