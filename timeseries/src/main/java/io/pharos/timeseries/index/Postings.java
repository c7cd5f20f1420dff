package io.pharos.timeseries.index;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * The refs of the series that have one label pair, ascending. Most lists are short, and a bitmap with one entry takes 160
 * bytes, so a short list is a plain array of exactly its length that is replaced at each change; only a long one is a bitmap.
 */
final class Postings {
    /** At this length the bitmap is no longer the larger form. */
    private static final int ARRAY_MAX = 64;

    private static final int BITMAP_MIN = 32;
    private static final int[] NONE = {};

    private Postings() {}

    /** A list with one more ref. */
    static Object with(@Nullable Object postings, int ref) {
        if (postings == null) {
            return new int[] {ref};
        }
        if (postings instanceof RoaringBitmap bitmap) {
            bitmap.add(ref);
            return bitmap;
        }
        int[] refs = (int[]) postings;
        if (refs.length == ARRAY_MAX) {
            RoaringBitmap bitmap = RoaringBitmap.bitmapOf(refs);
            bitmap.add(ref);
            return bitmap;
        }
        int at = -Arrays.binarySearch(refs, ref) - 1;
        int[] longer = Arrays.copyOf(refs, refs.length + 1);
        System.arraycopy(refs, at, longer, at + 1, refs.length - at);
        longer[at] = ref;
        return longer;
    }

    /** A list without a ref that it has, or null when it was the only one. */
    static @Nullable Object without(Object postings, int ref) {
        if (postings instanceof RoaringBitmap bitmap) {
            bitmap.remove(ref);
            return bitmap.getCardinality() < BITMAP_MIN ? bitmap.toArray() : bitmap;
        }
        int[] refs = (int[]) postings;
        if (refs.length == 1) {
            return null;
        }
        int at = Arrays.binarySearch(refs, ref);
        int[] shorter = Arrays.copyOf(refs, refs.length - 1);
        System.arraycopy(refs, at + 1, shorter, at, refs.length - 1 - at);
        return shorter;
    }

    static int size(@Nullable Object postings) {
        if (postings == null) {
            return 0;
        }
        return postings instanceof RoaringBitmap bitmap ? bitmap.getCardinality() : ((int[]) postings).length;
    }

    /** The refs in an array that the caller must not change. */
    static int[] toArray(@Nullable Object postings) {
        if (postings == null) {
            return NONE;
        }
        return postings instanceof RoaringBitmap bitmap ? bitmap.toArray() : (int[]) postings;
    }

    /**
     * Keeps of the first {@code count} refs those that are in a list, or those that are not, in their order at the start of the
     * array; returns how many.
     */
    static int retain(int[] refs, int count, @Nullable Object postings, boolean present) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (contains(postings, refs[i]) == present) {
                refs[kept++] = refs[i];
            }
        }
        return kept;
    }

    private static boolean contains(@Nullable Object postings, int ref) {
        if (postings == null) {
            return false;
        }
        return postings instanceof RoaringBitmap bitmap
                ? bitmap.contains(ref)
                : Arrays.binarySearch((int[]) postings, ref) >= 0;
    }

    static long memoryBytes(@Nullable Object postings) {
        if (postings == null) {
            return 0;
        }
        return postings instanceof RoaringBitmap bitmap ? 120 + bitmap.getLongSizeInBytes() : 16 + 4L * size(postings);
    }

    /** Gathers the union of many lists. */
    static final class Union {
        private final RoaringBitmap union = new RoaringBitmap();
        private int[] loose = new int[256];
        private int count;

        void add(@Nullable Object postings) {
            if (postings instanceof RoaringBitmap bitmap) {
                union.or(bitmap);
            } else if (postings != null) {
                int[] refs = (int[]) postings;
                if (count + refs.length > loose.length) {
                    loose = Arrays.copyOf(loose, Math.max(count + refs.length, loose.length * 2));
                }
                System.arraycopy(refs, 0, loose, count, refs.length);
                count += refs.length;
            }
        }

        /** The union; it may be changed. */
        RoaringBitmap result() {
            if (count > 0) {
                Arrays.sort(loose, 0, count);
                union.or(RoaringBitmap.bitmapOf(Arrays.copyOf(loose, count)));
                count = 0;
            }
            return union;
        }
    }
}
