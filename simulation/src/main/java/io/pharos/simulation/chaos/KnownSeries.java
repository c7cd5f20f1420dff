package io.pharos.simulation.chaos;

import io.pharos.timeseries.labels.Labels;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Series whose values are known: some written once before the faults, and one set that is written again every second; and what
 * queries about them have to answer. Any thread may ask; one writes.
 */
final class KnownSeries {
    /** Enough for every shard of a small cluster to have some. */
    private static final int FIXED = 640;

    private static final int FIXED_TIMES = 6;
    private static final long FIXED_STEP_MILLIS = 10_000;
    private static final int MOVING = 64;
    private static final int ROUNDS_MAX = 100_000;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** A query at a time, and its one right answer. */
    record Question(String expression, long millis, double answer) {}

    /** What was acknowledged of the moving set. */
    private record Round(int number, long millis) {}

    private final SampleWriter writer;
    private final InstantSource clock;
    private final List<Labels> fixed = new ArrayList<>();
    private final List<Labels> moving = new ArrayList<>();
    private final List<Round> rounds = new ArrayList<>();
    private long fixedMillis;
    private int written;
    private volatile boolean hasRound;
    private volatile long lastRoundBeganNanos;

    KnownSeries(List<URI> urls, InstantSource clock) {
        this.writer = new SampleWriter(urls);
        this.clock = clock;
        for (int i = 0; i < FIXED; i++) {
            fixed.add(Labels.of("__name__", "chaos_fixed", "n", Integer.toString(i)));
        }
        for (int i = 0; i < MOVING; i++) {
            moving.add(Labels.of("__name__", "chaos_moving", "n", Integer.toString(i)));
        }
    }

    /** Writes the fixed set; before the first fault. */
    void writeFixed() throws IOException, InterruptedException {
        long last = clock.millis() - 1_000;
        double[] values = new double[FIXED];
        Arrays.setAll(values, i -> i);
        for (int i = FIXED_TIMES - 1; i >= 0; i--) {
            if (!writer.write(fixed, values, last - i * FIXED_STEP_MILLIS, PATIENCE)) {
                throw new IOException("nothing is acknowledged although no fault was made yet");
            }
        }
        fixedMillis = last;
    }

    /** Writes the moving set at this moment; counts only if it was acknowledged. */
    void writeMoving() throws IOException, InterruptedException {
        long began = System.nanoTime();
        int number = ++written;
        long millis = clock.millis();
        double[] values = new double[MOVING];
        Arrays.fill(values, number);
        if (writer.write(moving, values, millis, PATIENCE)) {
            lastRoundBeganNanos = began;
            hasRound = true;
            synchronized (rounds) {
                rounds.add(new Round(number, millis));
                if (rounds.size() > ROUNDS_MAX) {
                    rounds.remove(0);
                }
            }
        }
    }

    /** All that can be asked now: about the fixed set, the latest round and one of long ago. */
    List<Question> questions() {
        List<Question> questions = new ArrayList<>();
        double sum = FIXED * (FIXED - 1) / 2.0;
        questions.add(new Question("count(chaos_fixed)", fixedMillis, FIXED));
        questions.add(new Question("sum(chaos_fixed)", fixedMillis, sum));
        questions.add(new Question("sum(count_over_time(chaos_fixed[55s]))", fixedMillis, FIXED * FIXED_TIMES));
        questions.add(new Question("sum(sum_over_time(chaos_fixed[55s]))", fixedMillis, sum * FIXED_TIMES));
        int one = ThreadLocalRandom.current().nextInt(FIXED);
        questions.add(new Question("chaos_fixed{n=\"" + one + "\"}", fixedMillis, one));
        synchronized (rounds) {
            if (!rounds.isEmpty()) {
                questions.add(moving(rounds.get(rounds.size() - 1)));
                questions.add(moving(rounds.get(ThreadLocalRandom.current().nextInt(rounds.size()))));
            }
        }
        return questions;
    }

    private static Question moving(Round round) {
        return new Question("sum(chaos_moving)", round.millis, (double) MOVING * round.number);
    }

    /** Whether a round that began after a time was acknowledged. */
    boolean acknowledgedSince(long nanos) {
        return hasRound && lastRoundBeganNanos - nanos >= 0;
    }

    /** How many rounds of the moving set were acknowledged. */
    int acknowledgedRounds() {
        synchronized (rounds) {
            return rounds.size();
        }
    }
}
