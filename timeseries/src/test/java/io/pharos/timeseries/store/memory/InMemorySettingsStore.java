package io.pharos.timeseries.store.memory;

import static io.pharos.timeseries.store.memory.StoreOperation.Port.SETTINGS;

import io.pharos.timeseries.store.Copies;
import io.pharos.timeseries.store.SettingsStore;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Settings in memory. */
record InMemorySettingsStore(InMemoryState state, InMemoryStores.Client client) implements SettingsStore {
    @Override
    public CompletionStage<Optional<Setting>> read(String name) {
        return client.run(
                StoreOperation.of(SETTINGS, "read", name),
                () -> Optional.ofNullable(state.settings.get(name))
                        .map(stored ->
                                new Setting(stored.version(), stored.value().duplicate())));
    }

    @Override
    public CompletionStage<Long> version(String name) {
        return client.run(StoreOperation.of(SETTINGS, "version", name), () -> {
            Setting stored = state.settings.get(name);
            return stored == null ? 0L : stored.version();
        });
    }

    @Override
    public CompletionStage<Boolean> replace(String name, long expectedVersion, ByteBuffer value) {
        ByteBuffer copy = Copies.of(value);
        return client.run(StoreOperation.of(SETTINGS, "replace", name, expectedVersion, copy), () -> {
            Setting stored = state.settings.get(name);
            boolean current = (stored == null ? 0 : stored.version()) == expectedVersion;
            if (current) {
                state.settings.put(name, new Setting(expectedVersion + 1, copy));
            }
            return current;
        });
    }
}
