package io.pharos.timeseries.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** How far the shards' data is rolled up, and what of it is due again. Failures are {@link StoreUnavailableException}. */
public interface RollupProgressStore {
    /**
     * Until when a shard is rolled up, by resolution in milliseconds: every point up to and with that time is made. A resolution
     * nothing was made of is left out.
     */
    CompletionStage<Map<Long, Long>> read(int shard);

    /**
     * Remembers progress; durable when complete. Called after the rows are durable. Of two writes the one of the higher epoch
     * counts, whenever it lands, and of one epoch the one that is further: what a deposed owner writes late changes nothing that
     * its successor wrote. A successor writes what it found
     * (also that there is nothing) before it relies on it.
     *
     * @param epoch of the shard's owner that writes
     * @param untilMillis 0 for nothing yet
     */
    CompletionStage<Void> advance(int shard, long epoch, long resolutionMillis, long untilMillis);

    /** Marks a UTC day (since 1970) as due again in a resolution, under an id of its own; durable when complete. */
    CompletionStage<Void> mark(int shard, Mark mark);

    /** All marks of a shard, in order of resolution and day. */
    CompletionStage<List<Mark>> marks(int shard);

    /** Takes marks away whose days were rolled up after they were read. Idempotent. */
    CompletionStage<Void> unmark(int shard, Collection<Mark> marks);

    /**
     * A day that is due again; the id tells two marks of one day apart, so that one set meanwhile is not taken away with the first.
     *
     * @param resolutionMillis of the points that are due. Less than 0: points of that resolution (without the sign) could not be
     *     made of the whole day, since what they are made of was gone; nothing is due
     */
    record Mark(long resolutionMillis, long day, UUID id) {
        /** Says that points of a day could not be made. */
        public static Mark unmade(long resolutionMillis, long day) {
            return new Mark(-resolutionMillis, day, UUID.randomUUID());
        }

        /** Whether the day is to be made again. */
        public boolean isDue() {
            return resolutionMillis >= 0;
        }
    }
}
