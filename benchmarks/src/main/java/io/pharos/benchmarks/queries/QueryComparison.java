package io.pharos.benchmarks.queries;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Loads the same six hours into running systems, asks all of them the same queries until nobody's CPU time a query
 * falls any more, and prints what each took. Started by {@code benchmarks/queries.sh}.
 */
public final class QueryComparison {
    private static final int ROUND_CPU_MILLIS = Integer.getInteger("round.cpu.millis", 300);
    private static final int ROUND_QUERIES_MAX = Integer.getInteger("round.queries.max", 300);
    private static final int ROUNDS_MAX = Integer.getInteger("rounds.max", 12);
    private static final int ROUNDS_MIN = Integer.getInteger("rounds.min", 4);
    private static final int ROUNDS_SECONDS_MAX = Integer.getInteger("rounds.seconds.max", 900);
    private static final boolean SEALED = Boolean.parseBoolean(System.getProperty("sealed", "true"));
    private static final Pattern ONLY = Pattern.compile(System.getProperty("only", ""));

    /** The systems are in this order: what is measured, what it is compared with, others. */
    private static final int MEASURED = 0;

    private static final int STANDARD = 1;

    private final List<PeerSystem> systems;
    private final long endMillis;
    private final List<ComparedQuery> queries = new ArrayList<>();
    private final double[][] cost;
    private final String[] notes;
    private boolean differs;

    private QueryComparison(List<PeerSystem> systems, long endMillis) {
        this.systems = systems;
        this.endMillis = endMillis;
        for (ComparedQuery query : ComparedQuery.all()) {
            if (ONLY.matcher(query.name()).find()) {
                queries.add(query);
            }
        }
        this.cost = new double[queries.size()][systems.size()];
        this.notes = new String[queries.size()];
    }

    /** Arguments: {@code load} or {@code ask}, the end of the history in seconds, and {@code name=url,pid,pid...} for each system. */
    public static void main(String[] arguments) throws InterruptedException {
        List<PeerSystem> systems = new ArrayList<>();
        for (int i = 2; i < arguments.length; i++) {
            systems.add(PeerSystem.parse(arguments[i]));
        }
        long endMillis = 1000 * Long.parseLong(arguments[1]);
        if (arguments[0].equals("load")) {
            load(systems, endMillis);
        } else {
            QueryComparison comparison = new QueryComparison(systems, endMillis);
            comparison.run();
            if (comparison.differs) {
                throw new IllegalStateException(systems.get(MEASURED).name() + " and "
                        + systems.get(STANDARD).name() + " answer differently");
            }
        }
    }

    private static void load(List<PeerSystem> systems, long endMillis) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (PeerSystem system : systems) {
            Thread thread = new Thread(
                    () -> {
                        long began = System.nanoTime();
                        long cpu = system.cpuMillis();
                        long samples = new History(endMillis).tell(system::write);
                        say(
                                "%s took %d samples in %.1f s, %.2f us of CPU each",
                                system.name(),
                                samples,
                                (System.nanoTime() - began) / 1e9,
                                (system.cpuMillis() - cpu) * 1e3 / samples);
                    },
                    system.name());
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (PeerSystem system : systems) {
            if (system.isPharos() && SEALED) {
                system.post("/-/checkpoint");
            }
            system.awaitRest(Duration.ofSeconds(60));
        }
    }

    private void run() {
        compareAnswers();
        double[] before = new double[systems.size()];
        Arrays.fill(before, Double.MAX_VALUE);
        long began = System.nanoTime();
        long longest = 0;
        boolean falls = true;
        for (int round = 1; falls && round <= ROUNDS_MAX; round++) {
            long roundBegan = System.nanoTime();
            if ((roundBegan - began + longest) / 1_000_000_000 > ROUNDS_SECONDS_MAX) {
                say("no time for another round, though the last one was still more than a tenth cheaper");
                break;
            }
            double[] sums = round();
            longest = Math.max(longest, System.nanoTime() - roundBegan);
            StringBuilder line =
                    new StringBuilder("round " + round + ", ms of one of each query, and their geometric mean:");
            falls = round < ROUNDS_MIN;
            for (int s = 0; s < systems.size(); s++) {
                double now = geometricMean(s);
                line.append(String.format(
                        Locale.ROOT, " %s %.0f %.2f", systems.get(s).name(), sums[s], now));
                falls |= now < 0.9 * before[s];
                before[s] = now;
            }
            say("%s", line);
        }
        print();
    }

    private void compareAnswers() {
        for (int q = 0; q < queries.size(); q++) {
            String target = queries.get(q).target(endMillis);
            List<Answer> answers = new ArrayList<>();
            for (PeerSystem system : systems) {
                answers.add(Answer.of(system.get(target)));
            }
            notes[q] = "";
            for (int s = 1; s < systems.size(); s++) {
                String difference = answers.get(MEASURED).difference(answers.get(s));
                if (!difference.isEmpty()) {
                    differs |= s == STANDARD;
                    say(
                            "%s: %s and %s differ: %s",
                            queries.get(q).name(),
                            systems.get(MEASURED).name(),
                            systems.get(s).name(),
                            difference);
                    notes[q] +=
                            (notes[q].isEmpty() ? "" : ", ") + systems.get(s).name();
                }
            }
        }
    }

    /** Every query, as often as it takes to see its cost; returns the sum of costs by system. */
    private double[] round() {
        double[] sums = new double[systems.size()];
        for (int q = 0; q < queries.size(); q++) {
            String target = queries.get(q).target(endMillis);
            for (int s = 0; s < systems.size(); s++) {
                PeerSystem system = systems.get(s);
                long before = system.cpuMillis();
                long used = 0;
                int asked = 0;
                while (asked < ROUND_QUERIES_MAX && used < ROUND_CPU_MILLIS) {
                    int many = Math.max(1, Math.min(ROUND_QUERIES_MAX - asked, asked));
                    for (int i = 0; i < many; i++) {
                        system.get(target);
                    }
                    asked += many;
                    used = system.cpuMillis() - before;
                }
                cost[q][s] = (double) used / asked;
                sums[s] += cost[q][s];
            }
        }
        return sums;
    }

    /** Which says as much of the cheap queries as of the dear ones. */
    private double geometricMean(int system) {
        double logs = 0;
        for (double[] costs : cost) {
            logs += Math.log(Math.max(costs[system], 0.01));
        }
        return Math.exp(logs / cost.length);
    }

    private void print() {
        StringBuilder out = new StringBuilder("| Series | Query |");
        StringBuilder rule = new StringBuilder("|---|---|");
        for (PeerSystem system : systems) {
            out.append(' ').append(system.name()).append(", ms |");
            rule.append("---|");
        }
        int standard = Math.min(STANDARD, systems.size() - 1);
        for (int s = 0; s < systems.size(); s++) {
            if (s != standard) {
                out.append(' ')
                        .append(systems.get(s).name())
                        .append(" / ")
                        .append(systems.get(standard).name())
                        .append(" |");
                rule.append("---|");
            }
        }
        out.append(" other answer |\n").append(rule).append("---|\n");
        for (int q = 0; q < queries.size(); q++) {
            out.append("| ")
                    .append(queries.get(q).series())
                    .append(" | ")
                    .append(queries.get(q).name())
                    .append(" |");
            for (double one : cost[q]) {
                out.append(String.format(Locale.ROOT, one < 10 ? " %.2f |" : " %.0f |", one));
            }
            for (int s = 0; s < systems.size(); s++) {
                if (s != standard) {
                    out.append(String.format(Locale.ROOT, " %.2f |", cost[q][s] / cost[q][standard]));
                }
            }
            out.append(' ').append(notes[q]).append(" |\n");
        }
        System.out.print(out);
    }

    private static void say(String format, Object... arguments) {
        System.err.println(String.format(Locale.ROOT, format, arguments));
    }
}
