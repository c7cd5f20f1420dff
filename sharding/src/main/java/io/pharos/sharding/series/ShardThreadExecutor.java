package io.pharos.sharding.series;

import akka.dispatch.DispatcherPrerequisites;
import akka.dispatch.ExecutorServiceConfigurator;
import akka.dispatch.ExecutorServiceFactory;
import com.typesafe.config.Config;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The executor of the series' dispatcher: an actor runs at once on the thread that told it something, which is its shard's. What
 * it causes in turn on this executor runs after it, not inside it.
 */
public final class ShardThreadExecutor extends ExecutorServiceConfigurator {
    /*
     * A series is told things by its shard only. On a pool each message to a series that sleeps costs a queue, a wake-up and two cache
     * misses on another core, for 50 ns of work; here it costs its mailbox. It also makes "everything admitted before the
     * cut is in the heads" true by itself: when the shard writes its heads, no series has mail.
     */
    /** Called by Akka with the dispatcher's configuration, which has nothing for us. */
    public ShardThreadExecutor(Config config, DispatcherPrerequisites prerequisites) {
        super(config, prerequisites);
    }

    @Override
    public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threadFactory) {
        return Inline::new;
    }

    private static final class Inline extends AbstractExecutorService {
        private static final class Local {
            boolean running;
            final ArrayDeque<Runnable> queue = new ArrayDeque<>();
        }

        private final ThreadLocal<Local> local = ThreadLocal.withInitial(Local::new);
        private volatile boolean stopped;

        @Override
        public void execute(Runnable task) {
            Local mine = local.get();
            if (mine.running) {
                mine.queue.add(task);
                return;
            }
            mine.running = true;
            try {
                for (Runnable next = task; next != null; next = mine.queue.poll()) {
                    next.run();
                }
            } finally {
                mine.running = false;
            }
        }

        @Override
        public void shutdown() {
            stopped = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            stopped = true;
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return stopped;
        }

        @Override
        public boolean isTerminated() {
            return stopped;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return stopped;
        }
    }
}
