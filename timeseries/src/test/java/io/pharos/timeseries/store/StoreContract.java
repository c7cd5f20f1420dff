package io.pharos.timeseries.store;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * What the contracts of all ports share. Each test takes fresh shards, incarnations and names, so an adapter may give every
 * test the same store.
 */
public abstract class StoreContract {
    /** The adapter under test; its ports may hold what other tests wrote. */
    protected abstract Stores stores();

    /** A shard that no other test uses. */
    protected int freshShard() {
        return ThreadLocalRandom.current().nextInt(1, 1 << 30);
    }

    static Incarnation freshIncarnation() {
        return new Incarnation(UUID.randomUUID());
    }

    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(4, TimeUnit.MINUTES);
        } catch (ExecutionException failed) {
            throw new IllegalStateException("the stage failed: " + failed.getCause(), failed.getCause());
        } catch (Exception late) {
            throw new IllegalStateException("the stage did not complete", late);
        }
    }

    static ByteBuffer blob(int seed, int bytes) {
        byte[] content = new byte[bytes];
        new Random(seed).nextBytes(content);
        return ByteBuffer.wrap(content);
    }
}
