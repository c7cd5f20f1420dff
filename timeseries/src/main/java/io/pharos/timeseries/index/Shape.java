package io.pharos.timeseries.index;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/** A set of label names, in their order, and the series that have exactly these. */
final class Shape {
    final int id;
    final int[] names;
    final RoaringBitmap series = new RoaringBitmap();

    Shape(int id, int[] names) {
        this.id = id;
        this.names = names;
    }

    /** Where a name's value lies in a series' row, or -1. */
    int position(int name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i] == name) {
                return i + 1;
            }
        }
        return -1;
    }

    /** The numbers of the names, comparable by content. */
    record Key(int[] names) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && Arrays.equals(names, key.names);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(names);
        }
    }
}
