package io.pharos.sharding.query;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs tasks one after the other, in the order they come, on the threads of another executor: what they share needs no lock. */
final class OneAtATime implements Executor {
    private final Executor threads;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger open = new AtomicInteger();

    OneAtATime(Executor threads) {
        this.threads = threads;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (open.getAndIncrement() == 0) {
            threads.execute(this::drain);
        }
    }

    private void drain() {
        int done = 0;
        do {
            for (int left = open.get() - done; left > 0; left--) {
                Runnable task = tasks.remove();
                done++;
                task.run();
            }
        } while (!open.compareAndSet(done, 0));
    }
}
