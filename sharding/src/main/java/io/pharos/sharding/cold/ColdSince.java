package io.pharos.sharding.cold;

import io.pharos.timeseries.store.SettingsStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From which UTC day on raw samples are kept in the cold store: one number for the cluster, a setting. It is made when the tier is first
 * turned on. Days after it that a shard does not have are lost, and its list says so. Thread-safe.
 */
final class ColdSince {
    private static final Logger LOG = LoggerFactory.getLogger(ColdSince.class);
    private static final String NAME = "cold-since";
    private static final long UNKNOWN = Long.MAX_VALUE;

    private final SettingsStore settings;
    private volatile long day = UNKNOWN;

    ColdSince(SettingsStore settings) {
        this.settings = settings;
    }

    /** The day as last read, since 1970; empty before that. Never waits. */
    OptionalLong now() {
        long known = day;
        return known == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(known);
    }

    /** Reads it, or makes it. */
    CompletionStage<Void> look(long dayIfNone) {
        return settings.read(NAME)
                .thenCompose(stored -> stored.isPresent()
                        ? CompletableFuture.completedStage(taken(parsed(stored.get())))
                        : settings.replace(NAME, 0, bytes(dayIfNone)).thenCompose(written -> {
                            if (written) {
                                LOG.info("the cold tier begins with day {} since 1970", dayIfNone);
                                return CompletableFuture.completedStage(taken(dayIfNone));
                            }
                            return settings.read(NAME)
                                    .thenApply(now -> now.map(other -> taken(parsed(other)))
                                            .orElse(false));
                        }))
                .thenAccept(done -> {});
    }

    /** The day, read where it is not known yet; empty where there is none, since the tier was never turned on before. */
    CompletionStage<OptionalLong> read() {
        OptionalLong known = now();
        return known.isPresent()
                ? CompletableFuture.completedStage(known)
                : settings.read(NAME).thenApply(stored -> {
                    stored.ifPresent(setting -> taken(parsed(setting)));
                    return now();
                });
    }

    private boolean taken(long read) {
        day = read;
        return true;
    }

    private static ByteBuffer bytes(long day) {
        return ByteBuffer.wrap(Long.toString(day).getBytes(StandardCharsets.US_ASCII));
    }

    private static long parsed(SettingsStore.Setting setting) {
        String text =
                StandardCharsets.US_ASCII.decode(setting.value().duplicate()).toString();
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException other) {
            throw new IllegalStateException("the setting " + NAME + " is '" + text + "', no day", other);
        }
    }
}
