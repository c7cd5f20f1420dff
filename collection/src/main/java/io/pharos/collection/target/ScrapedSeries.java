package io.pharos.collection.target;

import io.pharos.timeseries.labels.SeriesHash;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The series one target has shown, found by the very bytes of name and labels, so that labels are read and relabelled once and
 * not at every scrape. Knows which of them live, for their stale markers. Not thread-safe.
 */
final class ScrapedSeries {
    /** Scrapes for which a series that is no longer shown is remembered. */
    private static final int FORGET_AFTER = 10;

    /** One series; its canonical labels are null where relabelling drops it. */
    static final class Entry {
        final byte @Nullable [] canonical;
        private long seen;
        private boolean tracked;
        private boolean live;

        Entry(byte @Nullable [] canonical) {
            this.canonical = canonical;
        }
    }

    /** Bytes of a text; one instance is reused for looking up, so nothing is allocated for a known series. */
    private static final class Key {
        private byte[] bytes;
        private int from;
        private int to;
        private int hash;

        Key(byte[] bytes, int from, int to, int hash) {
            this.bytes = bytes;
            this.from = from;
            this.to = to;
            this.hash = hash;
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key
                    && hash == key.hash
                    && Arrays.equals(bytes, from, to, key.bytes, key.from, key.to);
        }
    }

    private final Map<Key, Entry> entries = new HashMap<>();
    private final Key probe = new Key(new byte[0], 0, 0, 0);
    private final SeriesHash.Words words = new SeriesHash.Words();
    private final Set<ByteBuffer> arrived = new HashSet<>();
    private long generation;
    private int added;

    /** Begins a scrape. */
    void begin() {
        generation++;
        added = 0;
        arrived.clear();
    }

    /** The entry of a series seen before, or null. */
    @Nullable
    Entry find(byte[] bytes, int from, int to) {
        SeriesHash.hash(bytes, from, to, 0, words);
        probe.bytes = bytes;
        probe.from = from;
        probe.to = to;
        probe.hash = (int) words.high;
        return entries.get(probe);
    }

    /** Remembers the series last looked for; null labels mean that it is dropped. */
    Entry add(byte @Nullable [] canonical) {
        byte[] own = Arrays.copyOfRange(probe.bytes, probe.from, probe.to);
        Entry entry = new Entry(canonical);
        entries.put(new Key(own, 0, own.length, probe.hash), entry);
        if (canonical != null) {
            added++;
            arrived.add(ByteBuffer.wrap(canonical));
        }
        return entry;
    }

    /**
     * Notes that a series is part of this scrape.
     *
     * @param tracked whether it is to end with a stale marker when it vanishes
     */
    void see(Entry entry, boolean tracked) {
        entry.seen = generation;
        entry.tracked = tracked;
    }

    /** Ends a scrape that went well: hands over the labels of series that vanished since the one before. */
    void commit(Consumer<byte[]> vanished) {
        for (Iterator<Entry> all = entries.values().iterator(); all.hasNext(); ) {
            Entry entry = all.next();
            byte[] canonical = entry.canonical;
            if (entry.seen == generation) {
                entry.live = entry.tracked && canonical != null;
            } else {
                if (entry.live && canonical != null && !arrived.contains(ByteBuffer.wrap(canonical))) {
                    vanished.accept(canonical);
                }
                entry.live = false;
                if (entry.seen + FORGET_AFTER < generation) {
                    all.remove();
                }
            }
        }
        arrived.clear();
    }

    /** Ends a scrape that failed, or the target: hands over the labels of all series that lived. */
    void end(Consumer<byte[]> vanished) {
        for (Iterator<Entry> all = entries.values().iterator(); all.hasNext(); ) {
            Entry entry = all.next();
            byte[] canonical = entry.canonical;
            if (entry.live && canonical != null) {
                vanished.accept(canonical);
            }
            entry.live = false;
            if (entry.seen + FORGET_AFTER < generation) {
                all.remove();
            }
        }
        arrived.clear();
    }

    /** The number of series this scrape showed for the first time. */
    int added() {
        return added;
    }

    /** The number of series remembered. */
    int size() {
        return entries.size();
    }
}
