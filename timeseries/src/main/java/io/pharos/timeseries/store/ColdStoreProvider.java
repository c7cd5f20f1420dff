package io.pharos.timeseries.store;

import java.io.IOException;
import java.util.Map;

/**
 * Opens cold stores of one kind. Found by {@link java.util.ServiceLoader}, so that an adapter with large libraries is loaded only where
 * it is configured. Called by one thread, when a node starts.
 */
public interface ColdStoreProvider {
    /** What {@code pharos.storage.cold.kind} calls it: small letters, digits and hyphens. */
    String kind();

    /**
     * Opens a store; may ask it, for some seconds, whether it takes what is going to be written.
     *
     * @param settings the block of {@code pharos.storage.cold} that is called as the kind is: its keys and values as text, all that
     *     have a default among them
     * @throws IllegalArgumentException where a setting is wrong, naming it
     * @throws IOException where the store refuses, saying which and why; one that cannot be reached now is opened all the same
     */
    ColdStore open(Map<String, String> settings) throws IOException;
}
