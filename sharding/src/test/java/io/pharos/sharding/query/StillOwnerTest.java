package io.pharos.sharding.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.store.IncarnationStore;
import io.pharos.timeseries.store.StoreUnavailableException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StillOwnerTest {
    private final AtomicLong millis = new AtomicLong(1_700_000_000_000L);
    private final List<CompletableFuture<IncarnationStore.Fences>> reads = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private final StillOwner owner = new StillOwner(
            () -> {
                reads.add(new CompletableFuture<>());
                return reads.get(reads.size() - 1);
            },
            () -> TimeUnit.MILLISECONDS.toNanos(millis.get()),
            InstantSource.system(),
            later::add);

    private void pass(long time) {
        millis.addAndGet(time);
    }

    @Test
    void whoNeverStoodStillReadsNothing() {
        for (int i = 0; i < 100; i++) {
            pass(7000);
            owner.tick();
            assertThat(owner.isSure(i, 1)).isTrue();
        }
        assertThat(reads).isEmpty();
    }

    @Test
    void afterAPauseNothingIsAnsweredBeforeTheFencesWereRead() {
        owner.tick();
        pass(60_000);
        assertThat(owner.isSure(1, 5)).isFalse();
        owner.tick();
        assertThat(owner.isSure(1, 5)).isFalse();
        assertThat(reads).hasSize(1);
        reads.get(0).complete(new IncarnationStore.Fences(true, Map.of(1, 6L, 2, 5L)));
        assertThat(owner.isSure(1, 5)).as("another took it").isFalse();
        assertThat(owner.isSure(1, 6)).as("and gave it back").isTrue();
        assertThat(owner.isSure(2, 5)).isTrue();
        assertThat(owner.isSure(3, 1)).isTrue();
    }

    @Test
    void aReadThatBeganBeforeAnotherPauseDoesNotCount() {
        pass(9000);
        owner.tick();
        pass(9000);
        owner.tick();
        reads.get(0).complete(new IncarnationStore.Fences(true, Map.of()));
        assertThat(owner.isSure(1, 1)).isFalse();
        later.remove(0).run();
        reads.get(1).complete(new IncarnationStore.Fences(true, Map.of(1, 2L)));
        assertThat(owner.isSure(1, 1)).isFalse();
        assertThat(owner.isSure(2, 1)).isTrue();
    }

    @Test
    void aStoreThatDoesNotAnswerIsAskedAgainAndAnIncarnationDeclaredDeadAnswersNoMore() {
        pass(9000);
        assertThat(owner.isSure(1, 1)).isFalse();
        reads.get(0).completeExceptionally(new StoreUnavailableException("away"));
        assertThat(owner.isSure(1, 1)).isFalse();
        later.remove(0).run();
        reads.get(1).complete(new IncarnationStore.Fences(false, Map.of()));
        assertThat(owner.isSure(1, 1)).isFalse();
    }
}
