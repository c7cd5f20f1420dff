package io.pharos.timeseries.store;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Cluster state that all nodes share, versioned by name: shard count, placement generation, configuration. Linearizable for one name. */
public interface SettingsStore {
    /** The current version, or none. */
    CompletionStage<Optional<Setting>> read(String name);

    /** The current version alone, 0 for none: cheap, and possibly not of this moment. */
    CompletionStage<Long> version(String name);

    /**
     * Writes version {@code expectedVersion + 1} if the stored version still is {@code expectedVersion} (0 stands for none).
     *
     * @return whether it was written
     */
    CompletionStage<Boolean> replace(String name, long expectedVersion, ByteBuffer value);

    /** A value and its version, from 1. */
    record Setting(long version, ByteBuffer value) {}
}
