package io.pharos.sharding.tier;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.store.SettingsStore;
import io.pharos.timeseries.store.memory.InMemoryStores;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TierHistoryTest {
    private static final long DAY = 86_400_000L;
    private static final String GOLDEN =
            "0c00001d010a020080b89929010100036a6f6205646562756700" + "8088b2a0020100c5e77640";

    private final AtomicLong now = new AtomicLong(1000 * DAY);
    private final InstantSource clock = () -> Instant.ofEpochMilli(now.get());
    private final SettingsStore settings = new InMemoryStores().stores().settings();

    private static TierRules rules(String list) {
        return TierRules.of(ConfigFactory.parseString("pharos.storage.tiers = [" + list + "]"));
    }

    private static void get(CompletionStage<Void> stage) throws Exception {
        stage.toCompletableFuture().get(1, TimeUnit.MINUTES);
    }

    private TierRules started(String list) throws Exception {
        TierRules rules = rules(list);
        get(new TierHistory(settings, rules, clock).look());
        return rules;
    }

    @Test
    void aNodeWithAnotherListKnowsHowLongThatBeforeItWasInUse() throws Exception {
        TierRules first = started("{resolution = raw, retention = 5d}");
        assertThat(first.rawAfterMillis(null, now.get())).isEqualTo(995 * DAY);
        TierRules second = started("{resolution = raw, retention = 20d}");
        // In use until two days from then, as it said.
        now.set(1010 * DAY);
        assertThat(second.rawAfterMillis(null, now.get())).isEqualTo(1002 * DAY);
        assertThat(started("{resolution = raw, retention = 20d}").rawAfterMillis(null, now.get()))
                .isEqualTo(1002 * DAY);
        now.set(1030 * DAY);
        assertThat(second.rawAfterMillis(null, now.get())).isEqualTo(1010 * DAY);
        // The first list is forgotten when nothing can be left of it; that of the same node is renewed meanwhile.
        TierRules third = started("{resolution = raw, retention = 1d}");
        assertThat(third.rawAfterMillis(null, now.get())).isEqualTo(1029 * DAY);
        assertThat(started("{resolution = raw, retention = 20d}").rawAfterMillis(null, now.get()))
                .isEqualTo(1029 * DAY);
    }

    @Test
    void listsOfSelectorsComeBackWhole() throws Exception {
        started("""
                {selector = "{job=\\"debug\\", host!~\\"a.*\\"}", resolution = raw, retention = 1d}
                {resolution = raw, retention = 7d}
                {selector = "up", resolution = 1m, retention = 90d}
                {resolution = 1m, retention = 30d}
                """);
        TierRules after = started("{resolution = raw, retention = 10d}, {resolution = 1m, retention = 30d}");
        long later = now.get() + 6 * DAY;
        assertThat(after.rawAfterMillis(Labels.of("job", "debug", "host", "b"), later))
                .isEqualTo(1002 * DAY);
        assertThat(after.rawAfterMillis(Labels.of("job", "debug", "host", "a1"), later))
                .isEqualTo(999 * DAY);
    }

    @Test
    void theFormatStays() {
        TierRules rules = rules("{selector = \"{job=\\\"debug\\\"}\", resolution = raw, retention = 1d}"
                + ", {resolution = raw, retention = 7d}");
        String hex = HexFormat.of().formatHex(bytes(TierListBlob.write(List.of(new TierRules.Former(rules, 5)))));
        assertThat(hex).isEqualTo(GOLDEN);
        List<TierRules.Former> read =
                TierListBlob.read(java.nio.ByteBuffer.wrap(HexFormat.of().parseHex(GOLDEN)));
        assertThat(read).hasSize(1);
        assertThat(read.get(0).untilMillis()).isEqualTo(5);
        assertThat(read.get(0).rules().lines()).isEqualTo(rules.lines());
    }

    private static byte[] bytes(java.nio.ByteBuffer blob) {
        byte[] bytes = new byte[blob.remaining()];
        blob.get(bytes);
        return bytes;
    }
}
