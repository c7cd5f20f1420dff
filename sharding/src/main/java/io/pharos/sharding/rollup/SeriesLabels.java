package io.pharos.sharding.rollup;

import io.pharos.sharding.mask.MaskList;
import io.pharos.sharding.mask.SeriesMasks;
import io.pharos.sharding.past.PastIndex;
import io.pharos.sharding.past.PastMonth;
import io.pharos.sharding.series.SeriesSlot;
import io.pharos.sharding.series.SeriesTable;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.sharding.tier.TierRules;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.RollupTier;
import io.pharos.timeseries.store.StoreUnavailableException;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The labels of the series of one piece, where a tier's selector or a deletion asks for them: of those of the live index, and of
 * those that ended before it. Blocks; for one thread.
 */
final class SeriesLabels {
    private static final Logger LOG = LoggerFactory.getLogger(SeriesLabels.class);

    private final TierRules rules;
    private final OpenShard shard;
    private final PastIndex past;
    private final @Nullable MaskList masks;
    private final long firstDay;
    private final long endDay;
    private @Nullable Map<SeriesId, SeriesSlot> live;
    /** Series without a place in the live index for which a selector or a deletion counts. */
    private Map<SeriesId, Labels> gone = Map.of();

    SeriesLabels(TierRules rules, OpenShard shard, PastIndex past, Piece piece, @Nullable MaskList masks) {
        this.rules = rules;
        this.shard = shard;
        this.past = past;
        this.masks = masks;
        this.firstDay = piece.firstDay();
        this.endDay = piece.endDay();
    }

    /** The tier of a series; of one that nobody knows that of the entry without a selector. */
    RollupTier tier(long resolutionMillis, SeriesId id) {
        return rules.tier(resolutionMillis, rules.sameForAll() ? null : labels(id));
    }

    /** What is deleted of a series, or null. */
    @Nullable
    SeriesMasks masks(SeriesId id) {
        MaskList all = masks;
        return all == null ? null : all.of(labels(id));
    }

    private @Nullable Labels labels(SeriesId id) {
        Map<SeriesId, SeriesSlot> known = live;
        if (known == null) {
            known = look();
            live = known;
        }
        SeriesSlot slot = known.get(id);
        return slot == null ? gone.get(id) : shard.table().labels(slot);
    }

    /** Those that ended first, the live ones after them; anew when some left meanwhile, since they may be in neither. */
    private Map<SeriesId, SeriesSlot> look() {
        SeriesTable table = shard.table();
        while (true) {
            int generation = table.generation();
            gone = ended();
            // The table's own look-up is for the shard's thread.
            Map<SeriesId, SeriesSlot> known = new HashMap<>();
            for (int ref = 0, size = table.size(); ref < size; ref++) {
                SeriesSlot slot = table.slotOrNull(ref);
                if (slot != null) {
                    known.put(slot.id(), slot);
                }
            }
            if ((generation & 1) == 0 && table.generation() == generation) {
                return known;
            }
        }
    }

    private Map<SeriesId, Labels> ended() {
        Map<SeriesId, Labels> found = new HashMap<>();
        try {
            List<YearMonth> months = past.months(shard, firstDay, endDay);
            for (int i = 0; i < months.size(); i++) {
                PastMonth month = Waiting.on(past.month(shard, months, i));
                month.gone(List.of(), firstDay, endDay, (id, metric, labels) -> {
                    if (matters(labels)) {
                        found.put(id, labels);
                        past.checkFound(shard.shard(), found.size());
                    }
                });
            }
        } catch (StoreUnavailableException away) {
            throw away;
        } catch (RuntimeException unknown) {
            LOG.warn(
                    "shard {}: series that ended are rolled up by the entries without a selector, and as if nothing of them were"
                            + " deleted: {}",
                    shard.shard(),
                    unknown.toString());
        }
        return found;
    }

    private boolean matters(Labels labels) {
        MaskList all = masks;
        if (all != null && all.of(labels) != null) {
            return true;
        }
        for (long resolution : rules.resolutions()) {
            if (!rules.tier(resolution, labels).equals(rules.tier(resolution, null))) {
                return true;
            }
        }
        return false;
    }
}
