package io.pharos.clusternode.configuration;

import io.pharos.clusternode.program.CommandFailure;
import io.pharos.timeseries.store.SettingsStore;
import io.pharos.timeseries.store.SettingsStore.Setting;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The configuration as the cluster keeps it: one versioned value in the store's settings. Blocks; not for actors. */
final class StoredConfiguration {
    private static final String NAME = "configuration";
    private static final int ATTEMPTS = 10;

    private final SettingsStore settings;
    private final Duration patience;

    StoredConfiguration(SettingsStore settings, Duration patience) {
        this.settings = settings;
        this.patience = patience;
    }

    /** What is stored, or none yet. */
    Optional<Version> read() {
        return await(settings.read(NAME))
                .map(setting -> new Version(setting.version(), ConfigurationBundle.ofBytes(setting.value())));
    }

    /** What is stored, if its version is beyond the one given; the version alone is asked first. */
    Optional<Version> readNewerThan(long version) {
        return await(settings.version(NAME)) > version ? read() : Optional.empty();
    }

    /** Stores a bundle as the next version unless it is the current one; returns the version that holds it. */
    long write(ConfigurationBundle bundle) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Setting> current = await(settings.read(NAME));
            if (current.isPresent()
                    && ConfigurationBundle.ofBytes(current.get().value()).equals(bundle)) {
                return current.get().version();
            }
            long version = current.map(Setting::version).orElse(0L);
            if (await(settings.replace(NAME, version, bundle.toBytes()))) {
                return version + 1;
            }
        }
        throw new CommandFailure("other nodes change the configuration at the same time; try again");
    }

    private <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new CommandFailure("the stored configuration cannot be reached: " + CommandFailure.sentence(e), e);
        } catch (TimeoutException e) {
            throw new CommandFailure(
                    "the stored configuration cannot be reached within " + patience.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted", e);
        }
    }

    /** A version, from 1, and what it says. */
    record Version(long number, ConfigurationBundle bundle) {}
}
