package io.pharos.timeseries.store.memory;

import io.pharos.timeseries.store.StorageTiers;
import io.pharos.timeseries.store.StoreUnavailableException;
import io.pharos.timeseries.store.Stores;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One store in memory, with any number of clients: all see the same data, each has its own interceptor. Linearizable: every
 * effect is one step under one lock.
 */
public final class InMemoryStores {
    private static final StorageTiers FOR_EVER = new StorageTiers(Long.MAX_VALUE / 2, StorageTiers.DEFAULT.rollups());

    private final InMemoryState state;
    private final Executor executor;
    private final StorageTiers tiers;

    /** A store whose operations run on the calling thread. */
    public InMemoryStores() {
        this(Runnable::run);
    }

    /** A store whose operations run on an executor, as a remote one answers on threads of its own. */
    public InMemoryStores(Executor executor) {
        this(executor, InstantSource.system(), FOR_EVER);
    }

    /** The same, where rows live by a clock as tiers say. */
    public InMemoryStores(Executor executor, InstantSource clock, StorageTiers tiers) {
        this(executor, new InMemoryState(clock), tiers);
    }

    private InMemoryStores(Executor executor, InMemoryState state, StorageTiers tiers) {
        this.executor = executor;
        this.state = state;
        this.tiers = tiers;
    }

    /** The same store, opened with other tiers. */
    public InMemoryStores withTiers(StorageTiers other) {
        return new InMemoryStores(executor, state, other);
    }

    InMemoryState state() {
        return state;
    }

    /** The ports of a client with which nothing goes wrong. */
    public Stores stores() {
        return stores(StoreInterceptor.NONE);
    }

    /** The ports of a client whose operations an interceptor sees. */
    public Stores stores(StoreInterceptor interceptor) {
        Client client = new Client(interceptor, executor, state);
        return new Stores(
                new InMemoryShardRecordStore(state, client),
                new InMemoryIncarnationStore(state, client),
                new InMemoryLogStore(state, client),
                new InMemoryHeadStore(state, client),
                new InMemoryChunkStore(state, client, tiers),
                new InMemoryRollupStore(state, client, tiers),
                new InMemoryRollupProgressStore(state, client),
                new InMemoryCatalogueStore(state, client),
                new InMemoryExemplarStore(state, client),
                new InMemoryMaskStore(state, client),
                new InMemorySettingsStore(state, client),
                new InMemoryStatistics(state, client));
    }

    /** Runs operations as an interceptor wills. */
    record Client(StoreInterceptor interceptor, Executor executor, InMemoryState state) {
        /** Runs an effect under the lock. */
        <T> CompletionStage<T> run(StoreOperation operation, Supplier<T> effect) {
            return fated(operation, effect, result -> {});
        }

        /** Runs an effect without a result under the lock. */
        CompletionStage<Void> run(StoreOperation operation, Runnable effect) {
            return read(
                    operation,
                    () -> {
                        effect.run();
                        return operation;
                    },
                    done -> {});
        }

        /** Takes something under the lock and hands it to a consumer without the lock. */
        <T> CompletionStage<Void> read(StoreOperation operation, Supplier<T> effect, Consumer<T> consumer) {
            return fated(operation, effect, consumer).thenAccept(done -> {});
        }

        private <T> CompletionStage<T> fated(StoreOperation operation, Supplier<T> effect, Consumer<T> then) {
            StoreInterceptor.Fate fate = interceptor.before(operation);
            if (fate instanceof StoreInterceptor.Fate.Proceed) {
                return perform(operation, effect, then);
            }
            if (fate instanceof StoreInterceptor.Fate.Delay delay) {
                return delay.until().thenCompose(done -> perform(operation, effect, then));
            }
            if (fate instanceof StoreInterceptor.Fate.LandLate late) {
                late.when().thenRun(() -> perform(operation, effect, then));
                return CompletableFuture.failedStage(new StoreUnavailableException(late.reason()));
            }
            String reason = ((StoreInterceptor.Fate.Fail) fate).reason();
            return CompletableFuture.failedStage(new StoreUnavailableException(reason));
        }

        private <T> CompletionStage<T> perform(StoreOperation operation, Supplier<T> effect, Consumer<T> then) {
            return CompletableFuture.supplyAsync(
                            () -> {
                                T result;
                                synchronized (state) {
                                    result = effect.get();
                                }
                                then.accept(result);
                                return result;
                            },
                            executor)
                    .thenCompose(answer -> interceptor.after(operation).thenApply(heard -> answer));
        }
    }
}
