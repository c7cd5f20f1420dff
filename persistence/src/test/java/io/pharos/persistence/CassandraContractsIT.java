package io.pharos.persistence;

import io.pharos.timeseries.store.CatalogueStoreContract;
import io.pharos.timeseries.store.ChunkStoreContract;
import io.pharos.timeseries.store.ExemplarStoreContract;
import io.pharos.timeseries.store.HeadStoreContract;
import io.pharos.timeseries.store.IncarnationStoreContract;
import io.pharos.timeseries.store.LogStoreContract;
import io.pharos.timeseries.store.MaskStoreContract;
import io.pharos.timeseries.store.RollupProgressStoreContract;
import io.pharos.timeseries.store.RollupStoreContract;
import io.pharos.timeseries.store.SettingsStoreContract;
import io.pharos.timeseries.store.ShardRecordStoreContract;
import io.pharos.timeseries.store.StorageStatisticsContract;
import io.pharos.timeseries.store.StorageTiers;
import io.pharos.timeseries.store.Stores;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;

/** Every port's contract, kept by a real Cassandra, where days are cut into slices of some kilobytes. */
class CassandraContractsIT {
    private static final CassandraStores OPENED = SharedServer.connectSliced();
    private static final List<CassandraStores> OTHERS = new ArrayList<>();

    @AfterAll
    static void close() {
        OPENED.close();
        OTHERS.forEach(CassandraStores::close);
    }

    /** Opened once more with other tiers. */
    private static Stores others(StorageTiers tiers) {
        CassandraStores others = SharedServer.connectSliced(tiers);
        OTHERS.add(others);
        return others.stores();
    }

    @Nested
    class CassandraCatalogueStore extends CatalogueStoreContract {
        @Override
        protected Stores stores() {
            return OPENED.stores();
        }
    }

    @Nested
    class CassandraChunkStore extends ChunkStoreContract {
        @Override
        protected Stores stores() {
            return OPENED.stores();
        }

        @Override
        protected Stores storesOf(StorageTiers tiers) {
            return others(tiers);
        }
    }

    @Nested
    class CassandraExemplarStore extends ExemplarStoreContract {
        @Override
        protected Stores stores() {
            return OPENED.stores();
        }
    }

    @Nested
    class CassandraHeadStore extends HeadStoreContract {
        @Override
        protected Stores stores() {
            return OPENED.stores();
        }
    }

    @Nested
    class CassandraIncarnationStore extends IncarnationStoreContract {
        @Override
        protected Stores stores() {
            return OPENED.stores();
        }
    }

    @Nested
    class CassandraLogStore extends LogStoreContract {
        @Override
        protected Stores stores() {
            return OPENED.stores();
        }
    }

    @Nested
    class CassandraMaskStore extends MaskStoreContract {
        @Override
        protected Stores stores() {
            return OPENED.stores();
        }
    }

    @Nested
    class CassandraRollupStore extends RollupStoreContract {
        @Override
        protected Stores stores() {
            return OPENED.stores();
        }

        @Override
        protected Stores storesOf(StorageTiers tiers) {
            return others(tiers);
        }
    }

    @Nested
    class CassandraRollupProgressStore extends RollupProgressStoreContract {
        @Override
        protected Stores stores() {
            return OPENED.stores();
        }
    }

    @Nested
    class CassandraSettingsStore extends SettingsStoreContract {
        @Override
        protected Stores stores() {
            return OPENED.stores();
        }
    }

    @Nested
    class CassandraShardRecordStore extends ShardRecordStoreContract {
        @Override
        protected Stores stores() {
            return OPENED.stores();
        }
    }

    @Nested
    class CassandraStorageStatistics extends StorageStatisticsContract {
        @Override
        protected Stores stores() {
            return OPENED.stores();
        }
    }
}
