package io.pharos.sharding;

import io.pharos.timeseries.store.SettingsStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What is fixed when a keyspace is created: the number of shards and the placement generation (ADR-0003). */
final class Layout {
    private static final String NAME = "sharding.layout";
    private static final int GENERATION = 1;

    /** The keyspace was created otherwise: this node cannot take part. */
    static final class MismatchException extends RuntimeException {
        private static final long serialVersionUID = 1;

        MismatchException(String message) {
            super(message);
        }
    }

    private Layout() {}

    /** Writes the layout into a fresh keyspace, or compares; fails with {@link MismatchException}. */
    static CompletionStage<Void> check(SettingsStore settings, int shardCount) {
        String mine = "shards=" + shardCount + " generation=" + GENERATION + " hash=murmur3-x64-128";
        return settings.read(NAME).thenCompose(stored -> {
            if (stored.isPresent()) {
                String found = StandardCharsets.UTF_8
                        .decode(stored.get().value().duplicate())
                        .toString();
                return found.equals(mine)
                        ? CompletableFuture.completedStage(null)
                        : CompletableFuture.failedStage(new MismatchException("the keyspace was created with " + found
                                + ", this node is configured for " + mine + " (pharos.sharding.shard-count)"));
            }
            return settings.replace(NAME, 0, ByteBuffer.wrap(mine.getBytes(StandardCharsets.UTF_8)))
                    .thenCompose(written -> check(settings, shardCount));
        });
    }

    static boolean isMismatch(Throwable failure) {
        return failure instanceof MismatchException || failure.getCause() instanceof MismatchException;
    }
}
