package io.pharos.sharding;

import io.pharos.timeseries.store.CatalogueStore;
import io.pharos.timeseries.store.ChunkStore;
import io.pharos.timeseries.store.ExemplarStore;
import io.pharos.timeseries.store.HeadStore;
import io.pharos.timeseries.store.IncarnationStore;
import io.pharos.timeseries.store.LogStore;
import io.pharos.timeseries.store.MaskStore;
import io.pharos.timeseries.store.RollupProgressStore;
import io.pharos.timeseries.store.RollupStore;
import io.pharos.timeseries.store.SettingsStore;
import io.pharos.timeseries.store.ShardRecordStore;
import io.pharos.timeseries.store.StorageStatistics;
import io.pharos.timeseries.store.StoreUnavailableException;
import io.pharos.timeseries.store.Stores;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The ports of one node over any stores, which a test can stop at a step: from there on nothing of this node reaches the store or
 * comes back, until it is resumed. That is what SIGSTOP does to a process. Calls can also fail, with or without an effect.
 */
final class ControlledStores {
    /** What becomes of a call. */
    enum Fate {
        /** It runs. */
        PROCEED,
        /** It fails without an effect. */
        FAIL,
        /** It has its effect, and the client hears that it failed. */
        FAIL_WITH_EFFECT,
        /** It fails now and has its effect when the late ones are let land. */
        LAND_LATE
    }

    /** A place to stop at: {@code LogStore.append}, before it is sent or after its effect. */
    record Step(String operation, boolean before) {
        @Override
        public String toString() {
            return (before ? "before " : "after ") + operation;
        }
    }

    private final Stores stores;
    private Step armed = new Step("", true);
    private int skip;
    private CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);
    private final CompletableFuture<Void> late = new CompletableFuture<>();
    private volatile boolean stopped;
    private volatile Function<String, Fate> fates = operation -> Fate.PROCEED;

    ControlledStores(Stores real) {
        this.stores = new Stores(
                wrap(ShardRecordStore.class, real.shardRecords()),
                wrap(IncarnationStore.class, real.incarnations()),
                wrap(LogStore.class, real.logs()),
                wrap(HeadStore.class, real.heads()),
                wrap(ChunkStore.class, real.chunks()),
                wrap(RollupStore.class, real.rollups()),
                wrap(RollupProgressStore.class, real.rollupProgress()),
                wrap(CatalogueStore.class, real.catalogue()),
                wrap(ExemplarStore.class, real.exemplars()),
                wrap(MaskStore.class, real.masks()),
                wrap(SettingsStore.class, real.settings()),
                wrap(StorageStatistics.class, real.statistics()));
    }

    Stores stores() {
        return stores;
    }

    /** Stops the node at a step the next time it gets there, so many times over. */
    synchronized void stopAt(Step step, int afterTimes) {
        armed = step;
        skip = afterTimes;
    }

    /** Stops the node now. */
    synchronized void stop() {
        if (gate.isDone()) {
            gate = new CompletableFuture<>();
        }
        stopped = true;
    }

    boolean stopped() {
        return stopped;
    }

    /** Lets everything that hangs go on. */
    void resume() {
        CompletableFuture<Void> closed;
        synchronized (this) {
            armed = new Step("", true);
            closed = gate;
            stopped = false;
        }
        closed.complete(null);
    }

    void fates(Function<String, Fate> next) {
        fates = next;
    }

    void landLate() {
        late.complete(null);
    }

    private synchronized CompletableFuture<Void> pass(Step step) {
        if (armed.equals(step) && skip-- == 0) {
            stop();
        }
        return gate;
    }

    private <T> T wrap(Class<T> port, T real) {
        return port.cast(Proxy.newProxyInstance(
                ControlledStores.class.getClassLoader(), new Class<?>[] {port}, (proxy, method, arguments) -> {
                    String operation = port.getSimpleName() + "." + method.getName();
                    Fate fate = fates.apply(operation);
                    CompletableFuture<Object> run = pass(new Step(operation, true))
                            .thenCompose(open -> fate == Fate.FAIL || fate == Fate.LAND_LATE
                                    ? CompletableFuture.failedFuture(new StoreUnavailableException("told to fail"))
                                    : call(real, method, arguments));
                    if (fate == Fate.LAND_LATE) {
                        late.thenCompose(land -> call(real, method, arguments));
                    }
                    return run.handle((value, failure) -> pass(new Step(operation, false))
                                    .<Object>thenCompose(open -> failure != null
                                            ? CompletableFuture.failedFuture(failure)
                                            : fate == Fate.FAIL_WITH_EFFECT
                                                    ? CompletableFuture.failedFuture(
                                                            new StoreUnavailableException("told to fail afterwards"))
                                                    : CompletableFuture.completedFuture(value)))
                            .thenCompose(stage -> stage);
                }));
    }

    @SuppressWarnings("unchecked")
    private static CompletionStage<Object> call(Object real, java.lang.reflect.Method method, Object[] arguments) {
        try {
            return (CompletionStage<Object>) method.invoke(real, arguments);
        } catch (IllegalAccessException wrong) {
            throw new IllegalStateException(wrong);
        } catch (InvocationTargetException failed) {
            return CompletableFuture.failedStage(failed.getCause());
        }
    }
}
