package io.pharos.sharding.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.pharos.sharding.query.Cardinality.Count;
import io.pharos.sharding.series.SeriesSlot;
import io.pharos.sharding.series.SeriesTable;
import io.pharos.sharding.series.SeriesView;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.sharding.shard.RolledDays;
import io.pharos.sharding.shard.SeriesShard;
import io.pharos.timeseries.index.StringPool;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesIdentity;
import io.pharos.timeseries.store.memory.InMemoryStores;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class CardinalityTest {
    private static final int SHARDS = 4;
    private static final ActorTestKit KIT = ActorTestKit.create();

    private final List<OpenShard> shards = new ArrayList<>();

    CardinalityTest() {
        for (int i = 0; i < SHARDS; i++) {
            shards.add(new OpenShard(
                    i,
                    1,
                    new SeriesTable(new StringPool(), 1, 1),
                    KIT.createTestProbe(SeriesShard.Command.class).ref(),
                    new RolledDays(
                            new InMemoryStores().stores().rollupProgress(),
                            i,
                            1,
                            RolledDays.Rules.NONE,
                            InstantSource.system())));
        }
    }

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private SeriesSlot add(Labels labels) {
        SeriesIdentity identity = SeriesIdentity.of(labels);
        return shards.get(identity.shard(SHARDS)).table().add(labels, identity, SeriesView.NEW);
    }

    /** As if each shard were on a node of its own, all pages on their way. */
    private Cardinality counted(int limit) {
        CardinalityGathering all = new CardinalityGathering();
        for (OpenShard shard : shards) {
            ShardScatter.Pages into = all.open("node", 1);
            AnswerPages.of(7, CardinalityCount.count(List.of(shard), limit)).forEach(into::add);
        }
        return all.first(limit, List.of());
    }

    @Test
    void whatHasMostSeriesIsAddedUpOverTheShards() {
        for (int i = 0; i < 300; i++) {
            add(Labels.of("__name__", "requests", "user", "u" + i, "job", "shop"));
        }
        for (int i = 0; i < 20; i++) {
            add(Labels.of("__name__", "up", "instance", "i" + i, "job", i < 5 ? "shop" : "node"));
        }
        Cardinality all = counted(3);
        assertThat(all.series()).isEqualTo(320);
        assertThat(all.seriesByMetric()).containsExactly(new Count("requests", 300), new Count("up", 20));
        assertThat(all.valuesByLabel())
                .containsExactly(new Count("user", 300), new Count("instance", 20), new Count("__name__", 2));
        assertThat(all.seriesByPair())
                .containsExactly(
                        new Count("job=shop", 305), new Count("__name__=requests", 300), new Count("__name__=up", 20));
        assertThat(all.bytesByLabel())
                .containsExactly(
                        new Count("__name__", 300 * 8 + 20 * 2),
                        new Count("job", 320 * 4),
                        new Count("user", 10 * 2 + 90 * 3 + 200 * 4));
        assertThat(all.labelPairs()).isEqualTo(300 + 20 + 2 + 2);
        assertThat(all.warnings()).isEmpty();
        assertThat(all.minMillis()).isEqualTo(Long.MAX_VALUE);
        assertThat(all.maxMillis()).isEqualTo(Long.MIN_VALUE);
        assertThat(all.chunks()).isZero();
    }

    @Test
    void manyValuesAreCountedNearlyAndSeriesExactly() {
        int series = 40_000;
        for (int i = 0; i < series; i++) {
            add(Labels.of("__name__", "requests", "user", "u" + i, "zone", "z" + i % 3));
        }
        Cardinality all = counted(10);
        assertThat(all.series()).isEqualTo(series);
        assertThat(all.seriesByMetric()).containsExactly(new Count("requests", series));
        assertThat(all.valuesByLabel().get(0).name()).isEqualTo("user");
        // The hashes are what they are: this holds on every run or on none.
        assertThat((double) all.valuesByLabel().get(0).count()).isCloseTo(series, within(0.06 * series));
        // Of the pairs of users each shard leaves most out; each has one series in all.
        assertThat(all.seriesByPair().subList(0, 2))
                .containsExactly(new Count("__name__=requests", series), new Count("zone=z0", 13_334));
        assertThat(all.warnings()).singleElement().asString().startsWith("seriesCountByLabelValuePair: ");
    }

    @Test
    void sketchesOfOneValueInManyPlacesCountItOnce() {
        DistinctSketch all = new DistinctSketch();
        for (int node = 0; node < 3; node++) {
            DistinctSketch one = new DistinctSketch();
            for (int i = 0; i < 3000; i++) {
                one.add("value-" + i);
                one.add("value-" + i);
            }
            long[] hashes = one.hashes(DistinctSketch.KEPT);
            all.add(one.bound(), hashes);
        }
        assertThat(all.count()).isEqualTo(3000);

        DistinctSketch few = new DistinctSketch();
        for (int i = 0; i < 3000; i++) {
            few.add("value-" + i);
        }
        long[] hashes = few.hashes(256);
        assertThat(hashes).hasSize(256).isSorted();
        all.add(few.bound(), hashes);
        assertThat((double) all.count()).isCloseTo(3000, within(600.0));
    }

    @Test
    void hashesOfValuesNeverChange() {
        assertThat(DistinctSketch.hash("")).isZero();
        assertThat(DistinctSketch.hash("a")).isEqualTo(7506588477740848004L);
    }
}
