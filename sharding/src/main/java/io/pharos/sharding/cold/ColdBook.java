package io.pharos.sharding.cold;

import io.pharos.timeseries.store.SettingsStore;
import io.pharos.timeseries.store.StoreUnavailableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/*
 * The list of a shard is a setting, changed by compare-and-set alone. Before an owner reads or changes it, it writes its epoch into
 * it: from then on the compare-and-set of every former owner fails, so what such a one still uploads is never listed, and may be
 * deleted. What an owner keeps in memory is therefore what is stored, until it is deposed itself.
 */
/** The lists of cold days of the shards a node owns. Thread-safe. */
final class ColdBook {
    private static final int ATTEMPTS_MAX = 5;

    private final SettingsStore settings;
    private final ConcurrentHashMap<Integer, Page> pages = new ConcurrentHashMap<>();

    /** What is known of a shard in an epoch. */
    private record Page(long epoch, CompletableFuture<Known> known) {}

    private record Known(long version, ColdManifest manifest) {}

    ColdBook(SettingsStore settings) {
        this.settings = settings;
    }

    /**
     * The list of a shard, as its owner in an epoch. Fails with {@link StoreUnavailableException} where the store does not answer, or
     * there is a newer owner.
     */
    CompletionStage<ColdManifest> read(int shard, long epoch) {
        return page(shard, epoch).known.thenApply(Known::manifest);
    }

    private Page page(int shard, long epoch) {
        Page mine = new Page(epoch, new CompletableFuture<>());
        Page page = pages.compute(
                shard,
                (key, there) -> there == null
                                || there.epoch < epoch
                                || there.epoch == epoch && there.known.isCompletedExceptionally()
                        ? mine
                        : there);
        if (page.epoch > epoch) {
            return new Page(epoch, CompletableFuture.failedFuture(deposed(shard, epoch, page.epoch)));
        }
        if (page.known == mine.known) {
            claim(shard, epoch, 1).whenComplete((known, failure) -> {
                if (failure == null) {
                    mine.known.complete(known);
                } else {
                    mine.known.completeExceptionally(failure);
                }
            });
        }
        return page;
    }

    private static StoreUnavailableException deposed(int shard, long epoch, long newer) {
        return new StoreUnavailableException("the cold days of shard " + shard + " belong to its owner in epoch "
                + newer + ", no longer to that in " + epoch);
    }

    private CompletionStage<Known> claim(int shard, long epoch, int attempt) {
        String name = ColdManifest.setting(shard);
        return settings.read(name).thenCompose(stored -> {
            long version = stored.map(SettingsStore.Setting::version).orElse(0L);
            ColdManifest manifest = stored.map(setting -> ColdManifest.decode(setting.value(), shard))
                    .orElse(ColdManifest.empty(shard));
            if (manifest.epoch() > epoch) {
                return CompletableFuture.failedStage(deposed(shard, epoch, manifest.epoch()));
            }
            if (manifest.epoch() == epoch && version > 0) {
                return CompletableFuture.completedStage(new Known(version, manifest));
            }
            ColdManifest claimed = manifest.inEpoch(epoch);
            return settings.replace(name, version, claimed.encode()).thenCompose(written -> {
                if (written) {
                    return CompletableFuture.completedStage(new Known(version + 1, claimed));
                }
                return attempt < ATTEMPTS_MAX
                        ? claim(shard, epoch, attempt + 1)
                        : CompletableFuture.failedStage(new StoreUnavailableException(
                                "the list of cold days of shard " + shard + " changes under its owner"));
            });
        });
    }

    /** Changes the list; durable when complete, and seen by readers only then. One at a time for a shard. */
    CompletionStage<ColdManifest> change(int shard, long epoch, UnaryOperator<ColdManifest> change) {
        Page page = page(shard, epoch);
        return page.known.thenCompose(known -> {
            ColdManifest changed = change.apply(known.manifest);
            return settings.replace(ColdManifest.setting(shard), known.version, changed.encode())
                    .handle((written, failure) -> {
                        if (failure == null && written) {
                            pages.replace(
                                    shard,
                                    page,
                                    new Page(
                                            epoch,
                                            CompletableFuture.completedFuture(new Known(known.version + 1, changed))));
                            return changed;
                        }
                        // It may have been written for all we know: whoever needs it next reads it again.
                        pages.remove(shard, page);
                        throw new StoreUnavailableException(
                                "the list of cold days of shard " + shard + " could not be changed"
                                        + (failure == null ? ": another owner did" : ""),
                                failure == null ? new IllegalStateException("refused") : failure);
                    });
        });
    }

    /** Forgets shards that are no longer open here. */
    void retain(java.util.function.IntPredicate open) {
        pages.keySet().removeIf(shard -> !open.test(shard));
    }
}
