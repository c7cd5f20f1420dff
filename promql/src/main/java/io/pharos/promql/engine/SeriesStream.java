package io.pharos.promql.engine;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
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
