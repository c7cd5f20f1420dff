package io.pharos.sharding.query;

import io.pharos.sharding.exemplar.ExemplarList;
import io.pharos.sharding.exemplar.ExemplarMemory;
import io.pharos.sharding.exemplar.ExemplarSettings;
import io.pharos.sharding.mask.MaskList;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesIdentity;
import io.pharos.timeseries.sample.Exemplar;
import io.pharos.timeseries.sample.SeriesExemplars;
import io.pharos.timeseries.store.ExemplarStore;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where query workers find exemplars: memory first, and the store where memory may not have all.
 *
 * @param aheadMillis how far ahead of the clock one may lie
 */
public record ExemplarSearch(
        ExemplarMemory memory, ExemplarStore store, ExemplarSettings settings, InstantSource clock, long aheadMillis) {
    /** A row's time is in one hour, its exemplars go with it. */
    private static final long HOUR_MILLIS = 3_600_000L;

    /** What open shards have, sorted; waits for the store. */
    List<SeriesExemplars> find(List<OpenShard> shards, QueryWorker.FindExemplars find, StoreWait wait) {
        long now = clock.millis();
        // Nothing lies outside, and a question may name any time: the store looks at each day between.
        long from = Math.max(find.fromMillis(), now - settings.retention().toMillis() - HOUR_MILLIS);
        long to = Math.min(find.toMillis(), now + aheadMillis + HOUR_MILLIS);
        GatheredExemplars gathered = new GatheredExemplars(Math.min(find.limit(), settings.answerMax()));
        if (from > to || find.selectors().isEmpty()) {
            return gathered.all();
        }
        SortedSet<Long> metrics = metrics(find.selectors());
        record Reading(int shard, CompletionStage<Void> read) {}
        List<Reading> reads = new ArrayList<>();
        for (OpenShard shard : shards) {
            wait.check();
            MaskList all = shard.table().masks().published();
            BiConsumer<Labels, Exemplar> found = seen(all == null ? null : all.within(from, to), gathered);
            // Memory before the store: what is let go of meanwhile was in one of them when it was looked at.
            boolean whole =
                    memory.find(shard.shard(), shard.epoch(), labels -> isWanted(find, labels), from, to, now, found);
            if (!whole) {
                reads.add(new Reading(
                        shard.shard(),
                        store.read(shard.shard(), metrics, from, to, row -> add(row, find, from, to, found))));
            }
        }
        for (Reading reading : reads) {
            wait.on(reading.read, "what is stored of exemplars", reading.shard);
        }
        return gathered.all();
    }

    /** Takes what is not deleted. */
    private static BiConsumer<Labels, Exemplar> seen(@Nullable MaskList masks, GatheredExemplars gathered) {
        return masks == null
                ? gathered::add
                : (series, exemplar) -> {
                    if (!masks.hidesExemplar(series, exemplar.timestampMillis())) {
                        gathered.add(series, exemplar);
                    }
                };
    }

    private static void add(
            ByteBuffer row, QueryWorker.FindExemplars find, long from, long to, BiConsumer<Labels, Exemplar> found) {
        for (SeriesExemplars series : ExemplarList.read(row)) {
            if (isWanted(find, series.series())) {
                for (Exemplar exemplar : series.exemplars()) {
                    if (exemplar.timestampMillis() >= from && exemplar.timestampMillis() <= to) {
                        found.accept(series.series(), exemplar);
                    }
                }
            }
        }
    }

    private static boolean isWanted(QueryWorker.FindExemplars find, Labels labels) {
        for (List<LabelMatcher> selector : find.selectors()) {
            boolean all = true;
            for (LabelMatcher matcher : selector) {
                all &= matcher.matches(labels.valueOf(matcher.name()));
            }
            if (all) {
                return true;
            }
        }
        return false;
    }

    /** The metrics that are named; null where a selector names none. */
    private static @Nullable SortedSet<Long> metrics(List<List<LabelMatcher>> selectors) {
        SortedSet<Long> hashes = new TreeSet<>();
        for (List<LabelMatcher> selector : selectors) {
            String name = "";
            for (LabelMatcher matcher : selector) {
                if (matcher.type() == LabelMatcher.Type.EQUAL && matcher.name().equals(Labels.METRIC_NAME)) {
                    name = matcher.value();
                }
            }
            if (name.isEmpty()) {
                return null;
            }
            hashes.add(SeriesIdentity.of(Labels.of(Labels.METRIC_NAME, name)).metricHash());
        }
        return hashes;
    }
}
