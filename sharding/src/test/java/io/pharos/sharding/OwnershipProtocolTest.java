package io.pharos.sharding;

import io.pharos.timeseries.store.Stores;
import io.pharos.timeseries.store.memory.InMemoryStores;

/** The protocol over stores in memory. */
class OwnershipProtocolTest extends OwnershipProtocolContract {
    @Override
    protected Stores stores() {
        return new InMemoryStores().stores();
    }
}
