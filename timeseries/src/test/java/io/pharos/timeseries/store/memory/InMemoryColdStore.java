package io.pharos.timeseries.store.memory;

import io.pharos.timeseries.store.ColdObjectMissingException;
import io.pharos.timeseries.store.ColdStore;
import io.pharos.timeseries.store.StoreUnavailableException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Objects in memory. Thread-safe. */
public final class InMemoryColdStore implements ColdStore {
    private final TreeMap<String, ByteBuffer> objects = new TreeMap<>();
    private final Executor executor;
    private volatile Predicate<String> refused = operation -> false;

    /** A store that answers on an executor. */
    public InMemoryColdStore(Executor executor) {
        this.executor = executor;
    }

    /** From now on operations ({@code "put NAME"}, {@code "read NAME"}, {@code "list PREFIX"}, {@code "delete NAME"}) fail that match. */
    public void refuse(Predicate<String> operations) {
        refused = operations;
    }

    /** What is there, for a test to look at and to change. */
    public synchronized Map<String, ByteBuffer> objects() {
        return new TreeMap<>(objects);
    }

    /** Puts bytes in the place of an object, as a fault would. */
    public synchronized void damage(String name, ByteBuffer bytes) {
        objects.put(name, bytes);
    }

    /** Takes an object away, as a fault would. */
    public synchronized void lose(String name) {
        objects.remove(name);
    }

    private <T> CompletionStage<T> run(String operation, java.util.function.Supplier<T> effect) {
        return CompletableFuture.supplyAsync(
                () -> {
                    if (refused.test(operation)) {
                        throw new StoreUnavailableException("told to fail: " + operation);
                    }
                    return effect.get();
                },
                executor);
    }

    @Override
    public CompletionStage<Void> put(String name, ByteBuffer bytes) {
        String checked = ColdStore.checked(name);
        return this.<Boolean>run("put " + checked, () -> {
                    synchronized (this) {
                        objects.put(checked, copy(bytes));
                    }
                    return true;
                })
                .thenAccept(done -> {});
    }

    @Override
    public CompletionStage<ByteBuffer> read(String name, long offset, int length) {
        String checked = ColdStore.checked(name);
        return run("read " + checked, () -> {
            ByteBuffer object;
            synchronized (this) {
                object = objects.get(checked);
            }
            if (object == null) {
                throw new ColdObjectMissingException(checked);
            }
            int from = (int) Math.min(offset, object.remaining());
            return object.slice(from, Math.min(length, object.remaining() - from));
        });
    }

    @Override
    public CompletionStage<Void> list(String prefix, Consumer<Entry> consumer) {
        String checked = ColdStore.checkedPrefix(prefix);
        return this.<Map<String, ByteBuffer>>run("list " + checked, this::objects)
                .thenAccept(all -> all.forEach((name, bytes) -> {
                    if (name.startsWith(checked)) {
                        consumer.accept(new Entry(name, bytes.remaining()));
                    }
                }));
    }

    @Override
    public CompletionStage<Void> delete(String name) {
        String checked = ColdStore.checked(name);
        return this.<Boolean>run("delete " + checked, () -> {
                    synchronized (this) {
                        objects.remove(checked);
                    }
                    return true;
                })
                .thenAccept(done -> {});
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        ByteBuffer copy = ByteBuffer.allocate(bytes.remaining());
        return copy.put(bytes.duplicate()).flip().asReadOnlyBuffer();
    }

    @Override
    public void close() {}
}
