package io.pharos.timeseries.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.timeseries.store.CatalogueStoreContract;
import io.pharos.timeseries.store.ChunkStoreContract;
import io.pharos.timeseries.store.ExemplarStoreContract;
import io.pharos.timeseries.store.HeadStoreContract;
import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.IncarnationStoreContract;
import io.pharos.timeseries.store.LogPosition;
import io.pharos.timeseries.store.LogStoreContract;
import io.pharos.timeseries.store.MaskStoreContract;
import io.pharos.timeseries.store.RollupProgressStoreContract;
import io.pharos.timeseries.store.RollupStoreContract;
import io.pharos.timeseries.store.SettingsStoreContract;
import io.pharos.timeseries.store.ShardRecordStoreContract;
import io.pharos.timeseries.store.StorageStatisticsContract;
import io.pharos.timeseries.store.StorageTiers;
import io.pharos.timeseries.store.Stores;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class InMemoryStoresTest {
    private static final InMemoryStores ALL =
            new InMemoryStores(ForkJoinPool.commonPool(), InstantSource.system(), StorageTiers.DEFAULT);
    private static final Stores SHARED = ALL.stores();

    @Nested
    class Logs extends LogStoreContract {
        @Override
        protected Stores stores() {
            return SHARED;
        }
    }

    @Nested
    class ShardRecords extends ShardRecordStoreContract {
        @Override
        protected Stores stores() {
            return SHARED;
        }
    }

    @Nested
    class Incarnations extends IncarnationStoreContract {
        @Override
        protected Stores stores() {
            return SHARED;
        }
    }

    @Nested
    class Heads extends HeadStoreContract {
        @Override
        protected Stores stores() {
            return SHARED;
        }
    }

    @Nested
    class Chunks extends ChunkStoreContract {
        @Override
        protected Stores stores() {
            return SHARED;
        }

        @Override
        protected Stores storesOf(StorageTiers tiers) {
            return ALL.withTiers(tiers).stores();
        }
    }

    @Nested
    class Exemplars extends ExemplarStoreContract {
        @Override
        protected Stores stores() {
            return SHARED;
        }
    }

    @Nested
    class Rollups extends RollupStoreContract {
        @Override
        protected Stores stores() {
            return SHARED;
        }

        @Override
        protected Stores storesOf(StorageTiers tiers) {
            return ALL.withTiers(tiers).stores();
        }
    }

    @Nested
    class Masks extends MaskStoreContract {
        @Override
        protected Stores stores() {
            return SHARED;
        }
    }

    @Nested
    class RollupProgress extends RollupProgressStoreContract {
        @Override
        protected Stores stores() {
            return SHARED;
        }
    }

    @Nested
    class Catalogue extends CatalogueStoreContract {
        @Override
        protected Stores stores() {
            return SHARED;
        }
    }

    @Nested
    class Settings extends SettingsStoreContract {
        @Override
        protected Stores stores() {
            return SHARED;
        }
    }

    @Nested
    class Statistics extends StorageStatisticsContract {
        @Override
        protected Stores stores() {
            return SHARED;
        }
    }

    @Nested
    class Interceptors {
        private final InMemoryStores store = new InMemoryStores();
        private final Incarnation mine = new Incarnation(UUID.randomUUID());
        private final CompletableFuture<Void> latch = new CompletableFuture<>();

        private CompletionStage<Void> append(StoreInterceptor interceptor) {
            store.stores().logs().openSegment(mine, 0);
            return store.stores(interceptor).logs().append(mine, LogPosition.START, ByteBuffer.allocate(4));
        }

        private int rows() {
            List<LogPosition> rows = new ArrayList<>();
            store.stores().logs().read(mine, LogPosition.START, (position, blob) -> rows.add(position));
            return rows.size();
        }

        private StoreInterceptor fate(StoreInterceptor.Fate fate) {
            return new StoreInterceptor() {
                @Override
                public Fate before(StoreOperation operation) {
                    return operation.is(StoreOperation.Port.LOGS, "append") ? fate : new Fate.Proceed();
                }
            };
        }

        @Test
        void aDelayedOperationWaitsAndThenHasItsEffect() {
            CompletionStage<Void> answer = append(fate(new StoreInterceptor.Fate.Delay(latch)));
            assertThat(answer.toCompletableFuture()).isNotDone();
            assertThat(rows()).isZero();
            latch.complete(null);
            assertThat(answer.toCompletableFuture()).isCompleted();
            assertThat(rows()).isEqualTo(1);
        }

        @Test
        void aFailedOperationHasNoEffect() {
            CompletionStage<Void> answer = append(fate(new StoreInterceptor.Fate.Fail("no quorum")));
            assertThatThrownBy(() -> answer.toCompletableFuture().join()).hasMessageContaining("no quorum");
            assertThat(rows()).isZero();
        }

        @Test
        void aLateOperationFailsFirstAndLandsAfterwards() {
            CompletionStage<Void> answer = append(fate(new StoreInterceptor.Fate.LandLate("timed out", latch)));
            assertThatThrownBy(() -> answer.toCompletableFuture().join()).hasMessageContaining("timed out");
            assertThat(rows()).isZero();
            latch.complete(null);
            assertThat(rows()).isEqualTo(1);
        }

        @Test
        void anOutcomeMayBeUnknownAlthoughTheEffectIsThere() {
            CompletionStage<Void> answer = append(new StoreInterceptor() {
                @Override
                public CompletionStage<Void> after(StoreOperation operation) {
                    return CompletableFuture.failedStage(new IllegalStateException("answer lost"));
                }
            });
            assertThatThrownBy(() -> answer.toCompletableFuture().join()).hasMessageContaining("answer lost");
            assertThat(rows()).isEqualTo(1);
        }
    }
}
