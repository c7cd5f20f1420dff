package io.pharos.sharding.rollup;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.typesafe.config.ConfigFactory;
import io.pharos.sharding.past.PastIndex;
import io.pharos.sharding.past.PastSettings;
import io.pharos.sharding.recovery.CatalogueBlob;
import io.pharos.sharding.recovery.CatalogueBlob.BlockId;
import io.pharos.sharding.series.SeriesTable;
import io.pharos.sharding.series.SeriesView;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.sharding.shard.RolledDays;
import io.pharos.sharding.shard.SeriesShard;
import io.pharos.sharding.tier.TierRules;
import io.pharos.timeseries.index.StringPool;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesIdentity;
import io.pharos.timeseries.store.Stores;
import io.pharos.timeseries.store.memory.InMemoryStores;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SeriesLabelsTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final long DAY = 86_400_000L;
    private static final long HOUR = 3_600_000L;
    private static final LocalDate TODAY = LocalDate.of(2025, 8, 20);
    private static final YearMonth MAY = YearMonth.of(2025, 5);
    private static final Labels LIVE = Labels.of("__name__", "m", "id", "live", "keep", "long");
    private static final Labels LONG = Labels.of("__name__", "m", "id", "ended", "keep", "long");
    private static final Labels SHORT = Labels.of("__name__", "m", "id", "ended");

    private final InstantSource clock = () -> Instant.ofEpochMilli(TODAY.toEpochDay() * DAY);
    private final Stores stores = new InMemoryStores().stores();
    private final TierRules rules = TierRules.of(ConfigFactory.parseString("""
            pharos.storage.tiers = [
              { resolution = raw, retention = 7d }
              { selector = "{keep=\\"long\\"}", resolution = 1h, retention = 3y }
              { resolution = 1h, retention = 1y }
            ]
            """));
    private final SeriesTable table = new SeriesTable(new StringPool(), 1, 1);
    private final OpenShard shard = new OpenShard(
            0,
            7,
            table,
            KIT.createTestProbe(SeriesShard.Command.class).ref(),
            new RolledDays(stores.rollupProgress(), 0, 1, RolledDays.Rules.NONE, clock));

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private void lived(int day, BlockId block) {
        BitSet places = new BitSet();
        places.set(0, 2);
        stores.catalogue()
                .writeActivity(0, MAY.atDay(day), 1, CatalogueBlob.activity(0, Map.of(block, places)))
                .toCompletableFuture()
                .join();
    }

    private long days(Labels labels) {
        PastIndex past = new PastIndex(
                stores.catalogue(), clock, rules.longestMillis(), new PastSettings(1 << 20), new PrometheusRegistry());
        long from = MAY.atDay(10).toEpochDay() * DAY;
        SeriesLabels tiers = new SeriesLabels(rules, shard, past, new Piece(HOUR, 0, from, from + DAY), null);
        return tiers.tier(HOUR, SeriesIdentity.of(labels).id()).retentionMillis() / DAY;
    }

    @Test
    void aSeriesThatEndedHasTheTierItsLabelsSay() {
        table.knownFrom(LocalDate.of(2025, 7, 2).toEpochDay() * DAY);
        table.add(LIVE, SeriesIdentity.of(LIVE), SeriesView.COLD);
        BlockId id = new BlockId(1, 0);
        stores.catalogue()
                .writeBlock(
                        0,
                        MAY,
                        1,
                        0,
                        CatalogueBlob.block(0, id, List.of(LONG.canonicalBytes(), SHORT.canonicalBytes())))
                .toCompletableFuture()
                .join();
        lived(10, id);
        assertThat(days(LIVE)).isEqualTo(3 * 365);
        assertThat(days(LONG)).isEqualTo(3 * 365);
        assertThat(days(SHORT)).isEqualTo(365);
        // A month that cannot be read whole stops nobody's roll-up.
        lived(12, new BlockId(1, 1));
        assertThat(days(LONG)).isEqualTo(365);
        assertThat(days(LIVE)).isEqualTo(3 * 365);
    }
}
