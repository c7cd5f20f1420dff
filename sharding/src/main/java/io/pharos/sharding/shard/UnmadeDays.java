package io.pharos.sharding.shard;

import io.pharos.timeseries.store.RollupProgressStore.Mark;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The marks of a shard as its owner knows them: days to be rolled up again, and days that could not be. Thread-safe. */
final class UnmadeDays {
    private final Map<UUID, Mark> marks = new ConcurrentHashMap<>();

    void add(Collection<Mark> known) {
        for (Mark mark : known) {
            // Without a resolution it is the cold tier's, which lacks nothing.
            if (mark.resolutionMillis() != 0) {
                marks.put(mark.id(), mark);
            }
        }
    }

    void remove(Collection<Mark> gone) {
        gone.forEach(mark -> marks.remove(mark.id()));
    }

    List<Mark> all() {
        return marks.isEmpty() ? List.of() : List.copyOf(marks.values());
    }
}
