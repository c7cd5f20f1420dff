package io.pharos.sharding.log;

import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.IncarnationStore;
import io.pharos.timeseries.store.LogPosition;
import io.pharos.timeseries.store.LogStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of one node incarnation: gathers sections of all shards into rows, and acknowledges a section only after its row was
 * durable and, afterwards, no fence against it was there. Thread-safe; nothing blocks.
 */
public final class SampleLog {
    /*
     * Steps 2 to 4 of "Append and acknowledge". A row is taken when a thread gets to it and not when the first section comes, so
     * that the 64 sections of one request end in one row. While a row is under way the next gathers; a second one starts beside it
     * only when the target size has gathered, and smaller ones at their own pace. A fence read serves all rows that were durable
     * before it began.
     *
     * Whatever is thrown on the way ends that commit with an outcome and not the log.
     */
    private static final Logger LOG = LoggerFactory.getLogger(SampleLog.class);

    private final LogStore store;
    private final IncarnationStore incarnations;
    private final Incarnation self;
    private final LogSettings settings;
    private final Executor executor;
    private final LogMetrics metrics;
    private final Runnable onDeclaredDead;
    private final SegmentLedger segments = new SegmentLedger();
    private final CommitPace pace;

    private final Object lock = new Object();
    private List<LogSection> gathering = new ArrayList<>();
    private int gatheringBytes;
    private long pendingBytes;
    private int commitsUnderWay;
    private boolean answering = true;
    private boolean closed;
    private List<Commit> awaitingFences = new ArrayList<>();
    /** Rows without an outcome. */
    private final java.util.Set<Commit> open = new java.util.HashSet<>();

    private boolean fencesBeingRead;
    private int segment;
    private int nextCommit;
    private long segmentBytes;
    private final Map<Integer, CompletableFuture<Void>> openings = new HashMap<>();
    private final Map<Integer, Long> localEpochs = new ConcurrentHashMap<>();

    /**
     * A log that starts empty.
     *
     * @param self a fresh incarnation, already registered
     * @param executor where rows are encoded and outcomes are told
     * @param onDeclaredDead called when this incarnation was declared dead and collected: the process must exit
     */
    public SampleLog(
            LogStore store,
            IncarnationStore incarnations,
            Incarnation self,
            LogSettings settings,
            Executor executor,
            LogMetrics metrics,
            Runnable onDeclaredDead) {
        this.store = store;
        this.incarnations = incarnations;
        this.self = self;
        this.settings = settings;
        this.executor = executor;
        this.metrics = metrics;
        this.onDeclaredDead = onDeclaredDead;
        this.pace = new CommitPace(settings, System.nanoTime());
    }

    /** Whose log this is. */
    public Incarnation incarnation() {
        return self;
    }

    /** Takes a section; its outcome comes later, or at once when too much waits. */
    public void submit(LogSection section) {
        int bytes = section.bytes();
        boolean refused;
        synchronized (lock) {
            refused = closed || pendingBytes + bytes > settings.pendingBytesMax();
            if (!refused) {
                pace.sectionComes(gathering.isEmpty(), System.nanoTime());
                gathering.add(section);
                gatheringBytes += bytes;
                pendingBytes += bytes;
                startCommits();
            }
        }
        if (refused) {
            tell(section, LogSection.Outcome.FAILED);
        }
    }

    /** The position of the next row: a section submitted from now on has this position or a later one. */
    public LogPosition nextPosition() {
        synchronized (lock) {
            return segmentBytes >= settings.segmentBytesMax()
                    ? new LogPosition(segment + 1, 0)
                    : new LogPosition(segment, nextCommit);
        }
    }

    /** Acquire: from now on no section of the shard below this epoch is acknowledged, whatever the store says. */
    public void raiseEpoch(int shard, long epoch) {
        localEpochs.merge(shard, epoch, Math::max);
    }

    /** What every shard's checkpoint still needs of this log. */
    public SegmentLedger segments() {
        return segments;
    }

    /** How many segments a shard needs, the current one included. */
    public int segmentsNeeded(int shard) {
        synchronized (lock) {
            return segments.needed(shard, segment);
        }
    }

    /** Whether the last row was written, and fences could be read. */
    public boolean answering() {
        synchronized (lock) {
            return answering;
        }
    }

    /** Bytes of sections without an outcome. */
    public long pendingBytes() {
        synchronized (lock) {
            return pendingBytes;
        }
    }

    /** How long the oldest row without an outcome has been under way; zero when there is none. */
    public Duration lag() {
        long now = System.nanoTime();
        long longest = 0;
        synchronized (lock) {
            for (Commit commit : open) {
                longest = Math.max(longest, now - commit.startedNanos);
            }
        }
        return Duration.ofNanos(longest);
    }

    /** Refuses further sections; those under way still get their outcome. */
    public void close() {
        synchronized (lock) {
            closed = true;
        }
    }

    /** Deletes segments that no shard's checkpoint needs any more; failures are tried again at the next call. */
    public CompletionStage<Void> dropCovered() {
        int current;
        synchronized (lock) {
            current = segment;
        }
        CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
        for (int covered : segments.covered(current)) {
            all = all.thenCompose(done -> store.dropSegment(self, covered)).whenComplete((done, failure) -> {
                if (failure == null) {
                    segments.dropped(covered);
                    metrics.segmentDropped();
                }
            });
        }
        return all.exceptionally(failure -> {
            LOG.warn("a covered log segment could not be dropped yet: {}", failure.toString());
            return null;
        });
    }

    private void startCommits() {
        if (gathering.isEmpty()) {
            return;
        }
        boolean large = gatheringBytes >= settings.blobBytesTarget();
        if (large ? commitsUnderWay < settings.commitsInFlight() : commitsUnderWay == 0) {
            long now = System.nanoTime();
            long wait = large ? 0 : pace.waitNanos(gatheringBytes, now);
            if (wait <= 0) {
                pace.rowStarts(now);
                commitsUnderWay++;
                executor.execute(this::writeNextRow);
            } else if (pace.waitsAnew(now + wait)) {
                CompletableFuture.delayedExecutor(wait, TimeUnit.NANOSECONDS, executor)
                        .execute(this::startWaited);
            }
        }
    }

    /** How often a row waited long and nobody else came. */
    int longWaitsForNothing() {
        synchronized (lock) {
            return pace.longWaitsForNothing();
        }
    }

    private void startWaited() {
        synchronized (lock) {
            pace.waitIsOver();
            startCommits();
        }
    }

    private static final class Commit {
        final List<LogSection> sections;
        final int pendingBytes;
        final LogPosition position;
        final long startedNanos = System.nanoTime();
        final ByteBuffer row;

        Commit(List<LogSection> sections, int pendingBytes, LogPosition position, ByteBuffer row) {
            this.sections = sections;
            this.pendingBytes = pendingBytes;
            this.position = position;
            this.row = row;
        }
    }

    private void writeNextRow() {
        List<LogSection> taken;
        int bytes = 0;
        LogPosition position;
        synchronized (lock) {
            int count = 0;
            while (count < gathering.size()
                    && (count == 0 || bytes + gathering.get(count).bytes() <= settings.blobBytesMax())) {
                bytes += gathering.get(count++).bytes();
            }
            if (count == 0) {
                commitsUnderWay--;
                return;
            }
            if (count == gathering.size()) {
                taken = gathering;
                gathering = new ArrayList<>();
            } else {
                taken = new ArrayList<>(gathering.subList(0, count));
                gathering = new ArrayList<>(gathering.subList(count, gathering.size()));
            }
            gatheringBytes -= bytes;
            if (segmentBytes >= settings.segmentBytesMax()) {
                segment++;
                nextCommit = 0;
                segmentBytes = 0;
            }
            position = new LogPosition(segment, nextCommit++);
            segments.written(position.segment(), taken);
        }
        Commit commit;
        try {
            commit = new Commit(taken, bytes, position, LogBlob.encode(taken, settings.compression()));
        } catch (RuntimeException | Error fault) {
            LOG.error("log row {} could not be made, its samples are not acknowledged", position, fault);
            notWritten(taken, bytes);
            return;
        }
        synchronized (lock) {
            open.add(commit);
            if (position.segment() == segment) {
                segmentBytes += commit.row.remaining();
            }
        }
        metrics.row(commit.row.remaining());
        attempt(commit);
    }

    private void attempt(Commit commit) {
        CompletionStage<Void> write;
        try {
            write = opened(commit.position.segment())
                    .thenCompose(open -> store.append(self, commit.position, commit.row.duplicate()));
        } catch (RuntimeException failure) {
            write = CompletableFuture.failedFuture(failure);
        }
        write.whenCompleteAsync(
                (done, failure) -> {
                    if (failure == null) {
                        durable(commit);
                    } else if (expired(commit)) {
                        LOG.warn(
                                "log row {} was not durable in time, its samples are not acknowledged: {}",
                                commit.position,
                                failure.toString());
                        failed(commit);
                    } else {
                        metrics.retry();
                        // The same row again: a first write that lands later writes the same bytes.
                        later(() -> attempt(commit));
                    }
                },
                executor);
    }

    private CompletableFuture<Void> opened(int segmentNumber) {
        synchronized (lock) {
            CompletableFuture<Void> opening = openings.get(segmentNumber);
            if (opening == null || opening.isCompletedExceptionally()) {
                opening = store.openSegment(self, segmentNumber).toCompletableFuture();
                openings.put(segmentNumber, opening);
                openings.remove(segmentNumber - 8);
            }
            return opening;
        }
    }

    private boolean expired(Commit commit) {
        return System.nanoTime() - commit.startedNanos
                >= settings.commitDeadline().toNanos();
    }

    private void later(Runnable task) {
        CompletableFuture.delayedExecutor(settings.retryPause().toMillis(), TimeUnit.MILLISECONDS, executor)
                .execute(task);
    }

    private void durable(Commit commit) {
        synchronized (lock) {
            commitsUnderWay--;
            startCommits();
            awaitingFences.add(commit);
        }
        readFences();
    }

    /** The row's position stays a hole; nothing is wrong with the store. */
    private void notWritten(List<LogSection> sections, int bytes) {
        synchronized (lock) {
            commitsUnderWay--;
            pendingBytes -= bytes;
            startCommits();
        }
        tell(sections, LogSection.Outcome.FAILED);
    }

    private void failed(Commit commit) {
        List<LogSection> waiting;
        synchronized (lock) {
            commitsUnderWay--;
            answering = false;
            open.remove(commit);
            pendingBytes -= commit.pendingBytes;
            // What waited behind this row waited as long: the log does not answer, so say so now.
            waiting = gathering;
            pendingBytes -= gatheringBytes;
            gathering = new ArrayList<>();
            gatheringBytes = 0;
        }
        tell(commit.sections, LogSection.Outcome.FAILED);
        tell(waiting, LogSection.Outcome.FAILED);
    }

    private static void tell(List<LogSection> sections, LogSection.Outcome outcome) {
        for (LogSection section : sections) {
            tell(section, outcome);
        }
    }

    private static void tell(LogSection section, LogSection.Outcome outcome) {
        try {
            section.completion().completed(outcome);
        } catch (RuntimeException | Error fault) {
            LOG.error("the outcome {} of a section of shard {} was not taken", outcome, section.shard(), fault);
        }
    }

    /** Step 3: a read that begins now serves every commit that was durable before. */
    private void readFences() {
        List<Commit> served;
        synchronized (lock) {
            if (fencesBeingRead || awaitingFences.isEmpty()) {
                return;
            }
            fencesBeingRead = true;
            served = awaitingFences;
            awaitingFences = new ArrayList<>();
        }
        CompletionStage<IncarnationStore.Fences> read;
        try {
            read = incarnations.read(self);
        } catch (RuntimeException failure) {
            read = CompletableFuture.failedFuture(failure);
        }
        read.whenCompleteAsync(
                (fences, failure) -> {
                    try {
                        if (failure == null) {
                            for (Commit commit : served) {
                                acknowledge(commit, fences);
                            }
                        } else {
                            fenceReadFailed(served, failure);
                        }
                    } finally {
                        synchronized (lock) {
                            fencesBeingRead = false;
                        }
                    }
                    if (failure == null) {
                        readFences();
                    } else {
                        later(this::readFences);
                    }
                },
                executor);
    }

    private void fenceReadFailed(List<Commit> served, Throwable failure) {
        metrics.retry();
        for (Commit commit : served) {
            if (expired(commit)) {
                LOG.warn(
                        "fences could not be read in time, log row {} is not acknowledged: {}",
                        commit.position,
                        failure.toString());
                synchronized (lock) {
                    answering = false;
                    open.remove(commit);
                    pendingBytes -= commit.pendingBytes;
                }
                tell(commit.sections, LogSection.Outcome.FAILED);
            } else {
                synchronized (lock) {
                    awaitingFences.add(commit);
                }
            }
        }
    }

    /** Step 4: only what no fence names. */
    private void acknowledge(Commit commit, IncarnationStore.Fences fences) {
        synchronized (lock) {
            pendingBytes -= commit.pendingBytes;
            open.remove(commit);
            answering = true;
        }
        metrics.committed(System.nanoTime() - commit.startedNanos);
        if (!fences.alive()) {
            boolean first;
            synchronized (lock) {
                first = !closed;
                closed = true;
            }
            try {
                if (first) {
                    LOG.error("incarnation {} was declared dead and collected: this process must exit", self);
                    onDeclaredDead.run();
                }
            } finally {
                tell(commit.sections, LogSection.Outcome.FAILED);
            }
            return;
        }
        for (LogSection section : commit.sections) {
            Long fence = fences.epochByShard().get(section.shard());
            Long local = localEpochs.get(section.shard());
            boolean fenced = fence != null && fence > section.epoch() || local != null && local > section.epoch();
            tell(section, fenced ? LogSection.Outcome.FENCED : LogSection.Outcome.ACKNOWLEDGED);
        }
    }
}
