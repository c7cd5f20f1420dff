package io.pharos.sharding.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.log.LogBlob;
import io.pharos.sharding.series.SealSettings;
import io.pharos.timeseries.index.StringPool;
import io.pharos.timeseries.store.CheckpointId;
import io.pharos.timeseries.store.ShardRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RebuildTest {
    private static LogBlob.Part nameless(long epoch) {
        return new LogBlob.Part(
                0, epoch, List.of(), 1, new int[] {7}, new long[] {1_700_000_000_000L}, new double[] {1}, null);
    }

    @Test
    void aSectionOfAnEpochBeforeTheCheckpointsIsNotReplayedAndNoneAfterItIsLeftOut() {
        ShardRecord record = new ShardRecord(0, 6, Optional.empty(), Optional.of(new CheckpointId(5, 1)), Map.of());
        Rebuild rebuild = new Rebuild(
                record,
                new Acquisition.Rules(
                        new SealSettings(720, Duration.ofHours(2), 120),
                        Duration.ofHours(1),
                        Duration.ofMinutes(10),
                        Duration.ofHours(26),
                        Duration.ofDays(365)),
                new StringPool(),
                Instant.parse("2023-11-14T00:00:00Z"));
        rebuild.replay(nameless(4));
        assertThatThrownBy(() -> rebuild.replay(nameless(5))).isInstanceOf(CorruptBlobException.class);
        assertThat(rebuild.finish().replayedSamples()).isZero();
    }
}
