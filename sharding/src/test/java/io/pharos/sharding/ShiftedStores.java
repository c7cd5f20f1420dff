package io.pharos.sharding;

import io.pharos.timeseries.store.CatalogueStore;
import io.pharos.timeseries.store.ChunkStore;
import io.pharos.timeseries.store.ExemplarStore;
import io.pharos.timeseries.store.HeadStore;
import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.IncarnationStore;
import io.pharos.timeseries.store.MaskStore;
import io.pharos.timeseries.store.RollupProgressStore;
import io.pharos.timeseries.store.RollupStore;
import io.pharos.timeseries.store.ShardRecord;
import io.pharos.timeseries.store.ShardRecordStore;
import io.pharos.timeseries.store.Stores;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Stores whose shard 0 is another shard of the real ones: gives each test a shard of its own without a keyspace of its own. */
public final class ShiftedStores {
    private ShiftedStores() {}

    /** Shard s of the result is shard s + shift of the real stores. */
    public static Stores of(Stores real, int shift) {
        return new Stores(
                records(real.shardRecords(), shift),
                incarnations(real.incarnations(), shift),
                real.logs(),
                shifted(HeadStore.class, real.heads(), shift),
                shifted(ChunkStore.class, real.chunks(), shift),
                shifted(RollupStore.class, real.rollups(), shift),
                shifted(RollupProgressStore.class, real.rollupProgress(), shift),
                shifted(CatalogueStore.class, real.catalogue(), shift),
                shifted(ExemplarStore.class, real.exemplars(), shift),
                shifted(MaskStore.class, real.masks(), shift),
                real.settings(),
                real.statistics());
    }

    private static ShardRecordStore records(ShardRecordStore real, int shift) {
        return new ShardRecordStore() {
            @Override
            public CompletionStage<ShardRecord> read(int shard) {
                return real.read(shard + shift).thenApply(record -> moved(record, -shift));
            }

            @Override
            public CompletionStage<Boolean> replace(ShardRecord expected, ShardRecord next) {
                return real.replace(moved(expected, shift), moved(next, shift));
            }
        };
    }

    private static ShardRecord moved(ShardRecord record, int by) {
        return new ShardRecord(
                record.shard() + by, record.epoch(), record.owner(), record.checkpoint(), record.sources());
    }

    private static IncarnationStore incarnations(IncarnationStore real, int shift) {
        return new IncarnationStore() {
            @Override
            public CompletionStage<Void> register(Incarnation incarnation) {
                return real.register(incarnation);
            }

            @Override
            public CompletionStage<Void> fence(Incarnation incarnation, int shard, long epoch) {
                return real.fence(incarnation, shard + shift, epoch);
            }

            @Override
            public CompletionStage<Fences> read(Incarnation incarnation) {
                return real.read(incarnation)
                        .thenApply(fences -> new Fences(
                                fences.alive(),
                                fences.epochByShard().entrySet().stream()
                                        .collect(Collectors.toMap(
                                                fence -> fence.getKey() - shift, Map.Entry::getValue))));
            }

            @Override
            public CompletionStage<Set<Incarnation>> list() {
                return real.list();
            }

            @Override
            public CompletionStage<Void> delete(Incarnation incarnation) {
                return real.delete(incarnation);
            }
        };
    }

    /** Every method of these ports has the shard as its first argument. */
    private static <T> T shifted(Class<T> port, T real, int shift) {
        return port.cast(Proxy.newProxyInstance(
                ShiftedStores.class.getClassLoader(),
                new Class<?>[] {port},
                (self, method, arguments) -> invoke(real, method, arguments, shift)));
    }

    private static Object invoke(Object real, Method method, Object[] arguments, int shift) throws Throwable {
        Object[] moved = arguments.clone();
        moved[0] = (Integer) arguments[0] + shift;
        try {
            return method.invoke(real, moved);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
