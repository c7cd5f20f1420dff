package io.pharos.simulation.load;

import io.pharos.simulation.fault.IncidentTimeline;
import io.pharos.simulation.pool.Fleet;
import io.pharos.simulation.pool.Timetable;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Sends what a fleet measures, each batch when it is due, over several senders. A batch always belongs to the same sender, so
 * the samples of a series are sent in order, and what is due is computed from the time: nothing is queued.
 */
public final class RemoteWriteLoad implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final LoadSettings settings;
    private final LoadStatistics statistics = new LoadStatistics();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch ended;
    private final AtomicBoolean broken = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();
    private volatile long graceUntilNanos = Long.MAX_VALUE;

    private RemoteWriteLoad(LoadSettings settings) {
        this.settings = settings;
        this.ended = new CountDownLatch(settings.senders());
    }

    /** Starts the senders, each a thread of its own. */
    public static RemoteWriteLoad start(
            LoadSettings settings,
            Fleet fleet,
            long seed,
            Timetable timetable,
            IncidentTimeline incidents,
            InstantSource clock,
            @Nullable AcknowledgementListener listener) {
        RemoteWriteLoad load = new RemoteWriteLoad(settings);
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
        BatchEncoder.Templates templates = new BatchEncoder.Templates(fleet, timetable);
        for (int i = 0; i < settings.senders(); i++) {
            BatchEncoder encoder = new BatchEncoder(fleet, seed, timetable, templates);
            RequestSender requests = new RequestSender(client, settings, clock, load.statistics, load, i);
            BatchSender sender = new BatchSender(load, i, timetable, encoder, requests, incidents, clock, listener);
            Thread thread = new Thread(() -> load.run(sender), "simulation-sender-" + i);
            thread.setDaemon(true);
            load.threads.add(thread);
        }
        load.threads.forEach(Thread::start);
        return load;
    }

    private void run(BatchSender sender) {
        try {
            sender.run();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (Exception failure) {
            statistics.failed("the load ended: " + failure);
            broken.set(true);
            stop();
        } finally {
            ended.countDown();
        }
    }

    /** How the load is sent. */
    LoadSettings settings() {
        return settings;
    }

    /** Waits until a time or the order to stop, whichever is first; true when ordered to stop. */
    boolean stoppedWithin(long millis) throws InterruptedException {
        return stop.await(millis, TimeUnit.MILLISECONDS);
    }

    /** Whether the grace after the order to stop has passed, too. */
    boolean isOver() {
        return stop.getCount() == 0 && System.nanoTime() - graceUntilNanos >= 0;
    }

    /** What was seen so far. */
    public LoadStatistics statistics() {
        return statistics;
    }

    /** Whether a sender ended because of a fault of its own, such as a ledger that cannot be written. */
    public boolean isBroken() {
        return broken.get();
    }

    /** Whether all senders have ended. */
    public boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /** Waits for the end of all senders; true when they ended in time. */
    public boolean awaitEnd(Duration atMost) throws InterruptedException {
        return ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Takes no new batch; a request under way may end or be repeated within the grace. */
    public synchronized void stop() {
        if (stop.getCount() > 0) {
            graceUntilNanos = System.nanoTime() + settings.grace().toNanos();
            stop.countDown();
        }
    }

    /** Stops, and does not wait longer than the grace for what is under way. */
    @Override
    public void close() {
        stop();
        boolean interrupted = false;
        for (Thread thread : threads) {
            try {
                thread.join(settings.grace().toMillis() + 1_000);
            } catch (InterruptedException stopNow) {
                interrupted = true;
            }
            thread.interrupt();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
