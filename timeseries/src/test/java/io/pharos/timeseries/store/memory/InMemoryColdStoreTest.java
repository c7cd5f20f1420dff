package io.pharos.timeseries.store.memory;

import io.pharos.timeseries.store.ColdStore;
import io.pharos.timeseries.store.ColdStoreContract;
import java.util.concurrent.ForkJoinPool;

class InMemoryColdStoreTest extends ColdStoreContract {
    private final ColdStore store = new InMemoryColdStore(ForkJoinPool.commonPool());

    @Override
    protected ColdStore store() {
        return store;
    }
}
