package io.pharos.sharding.cold;

import io.pharos.sharding.rollup.Waiting;
import io.pharos.sharding.shard.OpenShard;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the days of a shard that nobody wrote while their raw samples were there, and lists them. Blocks; one thread. */
record LostDays(ColdTier tier, OpenShard shard, BooleanSupplier stillOurs) {
    private static final Logger LOG = LoggerFactory.getLogger(LostDays.class);

    /**
     * Lists the days of which raw samples are gone and nothing is cold. Questions about those on which series lived fail from now on,
     * and no others; where the cluster was down there is nothing to be missed.
     */
    void list(long since, ColdManifest manifest) {
        List<Long> missing = new ArrayList<>();
        for (long day = Math.max(since, tier.firstKeptDay() + 1); day <= tier.lastGoneDay(); day++) {
            if (!manifest.days().containsKey(day)) {
                missing.add(day);
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        Set<Long> lived = lived(missing);
        List<ColdDay> lost = missing.stream()
                .filter(lived::contains)
                .map(day -> ColdDay.lost(day, shard.epoch()))
                .toList();
        List<ColdDay> all = new ArrayList<>(lost);
        missing.stream()
                .filter(day -> !lived.contains(day))
                .forEach(day -> all.add(new ColdDay(day, shard.epoch(), 1, List.of())));
        if (!stillOurs.getAsBoolean()) {
            return;
        }
        Waiting.on(tier.book().change(shard.shard(), shard.epoch(), now -> now.with(all.toArray(ColdDay[]::new))));
        if (lost.isEmpty()) {
            return;
        }
        tier.metrics().lost(lost.size());
        LOG.error(
                "shard {}: raw samples of {} days from {} to {} are older than their retention and were not written to the"
                        + " cold store before that; they are gone, or going. Questions that need samples of this shard on"
                        + " these days fail from now on, and say so",
                shard.shard(),
                lost.size(),
                LocalDate.ofEpochDay(lost.get(0).day()),
                LocalDate.ofEpochDay(lost.get(lost.size() - 1).day()));
    }

    /** Days of the months of these on which the catalogue knows of series. */
    private Set<Long> lived(List<Long> days) {
        Set<Long> lived = ConcurrentHashMap.newKeySet();
        days.stream()
                .map(day -> YearMonth.from(LocalDate.ofEpochDay(day)))
                .distinct()
                .forEach(month -> Waiting.on(tier.stores()
                        .catalogue()
                        .readActivity(shard.shard(), month, (day, activity) -> lived.add(day.toEpochDay()))));
        return lived;
    }
}
