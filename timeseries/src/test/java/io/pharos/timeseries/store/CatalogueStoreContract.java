package io.pharos.timeseries.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every {@link CatalogueStore} does. */
public abstract class CatalogueStoreContract extends StoreContract {
    private static final YearMonth MONTH = YearMonth.of(2026, 11);

    private final int shard = freshShard();

    private CatalogueStore catalogue() {
        return stores().catalogue();
    }

    @Test
    void blocksComeBackInOrderOfEpochAndNumber() {
        await(catalogue().writeBlock(shard, MONTH, 2, 0, blob(20, 100_000)));
        await(catalogue().writeBlock(shard, MONTH, 1, 10, blob(110, 10)));
        await(catalogue().writeBlock(shard, MONTH, 1, 2, blob(12, 10)));
        await(catalogue().writeBlock(shard, MONTH.plusMonths(1), 1, 3, blob(99, 10)));
        List<ByteBuffer> blocks = new ArrayList<>();
        await(catalogue().readBlocks(shard, MONTH, block -> blocks.add(Copies.of(block))));
        assertThat(blocks).containsExactly(blob(12, 10), blob(110, 10), blob(20, 100_000));
    }

    @Test
    void activityIsOneBlobADayAndEpochAndTheLastOneCounts() {
        LocalDate first = MONTH.atDay(1);
        LocalDate last = MONTH.atEndOfMonth();
        await(catalogue().writeActivity(shard, first, 1, blob(1, 50)));
        await(catalogue().writeActivity(shard, first, 1, blob(2, 60)));
        await(catalogue().writeActivity(shard, first, 2, blob(3, 60)));
        await(catalogue().writeActivity(shard, last, 1, blob(4, 60)));
        await(catalogue().writeActivity(shard, last.plusDays(1), 1, blob(5, 60)));
        List<Map.Entry<LocalDate, ByteBuffer>> days = new ArrayList<>();
        await(catalogue().readActivity(shard, MONTH, (day, blob) -> days.add(Map.entry(day, Copies.of(blob)))));
        assertThat(days)
                .containsExactlyInAnyOrder(
                        Map.entry(first, blob(2, 60)), Map.entry(first, blob(3, 60)), Map.entry(last, blob(4, 60)));
    }

    @Test
    void aShardWithoutACatalogueHasNone() {
        List<ByteBuffer> blocks = new ArrayList<>();
        await(catalogue().readBlocks(shard, MONTH, blocks::add));
        await(catalogue().readActivity(shard, MONTH, (day, blob) -> blocks.add(blob)));
        assertThat(blocks).isEmpty();
    }
}
