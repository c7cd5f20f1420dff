package io.pharos.sharding.cold;

import io.pharos.timeseries.store.ColdStore;

/**
 * A cold tier that is turned on.
 *
 * @param store where its objects are; the caller closes it, after the node's shards
 */
public record Cold(ColdStore store, ColdSettings settings) {}
