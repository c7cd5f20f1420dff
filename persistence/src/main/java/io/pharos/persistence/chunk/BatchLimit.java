package io.pharos.persistence.chunk;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Lets a number of asynchronous writes run at once and makes the others wait their turn, in order. */
final class BatchLimit {
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int free;

    BatchLimit(int atOnce) {
        free = atOnce;
    }

    /** Runs a write when its turn comes; the stage is the write's. */
    CompletionStage<Void> run(Supplier<CompletionStage<Void>> write) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        Runnable task = () -> begin(write, result);
        synchronized (this) {
            if (free == 0) {
                waiting.add(task);
                return result;
            }
            free--;
        }
        task.run();
        return result;
    }

    private void begin(Supplier<CompletionStage<Void>> write, CompletableFuture<Void> result) {
        CompletionStage<Void> running;
        try {
            running = write.get();
        } catch (RuntimeException refused) {
            running = CompletableFuture.failedStage(refused);
        }
        running.whenComplete((done, failure) -> {
            next();
            if (failure == null) {
                result.complete(null);
            } else {
                result.completeExceptionally(failure);
            }
        });
    }

    private void next() {
        Runnable task;
        synchronized (this) {
            task = waiting.poll();
            if (task == null) {
                free++;
                return;
            }
        }
        task.run();
    }
}
