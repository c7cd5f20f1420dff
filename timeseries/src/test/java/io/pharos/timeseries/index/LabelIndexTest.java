package io.pharos.timeseries.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LabelIndexTest {
    private static final String[] EXPRESSIONS = {
        "", ".*", ".+", "v1", "v1|v2|none", "v1.*", ".*3", ".*1.*", "v[0-4]", "v[0-9]+|", "(v1|v7)", "x", "v1.+", "|v2"
    };

    @Test
    void selectsWhatHoldingEachSeriesAgainstEachMatcherSelects() {
        for (int seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            StringPool pool = new StringPool();
            LabelIndex index = new LabelIndex(pool);
            Map<Integer, Labels> model = new TreeMap<>();
            int refs = seed % 3 == 0 ? 3000 : 200;
            for (int step = 0; step < 2 * refs; step++) {
                int ref = random.nextInt(refs);
                if (model.containsKey(ref)) {
                    assertThat(index.remove(ref)).isTrue();
                    model.remove(ref);
                } else {
                    Labels labels = labels(random);
                    index.add(ref, labels);
                    model.put(ref, labels);
                }
                if (step % Math.max(1, refs / 20) == 0) {
                    assertSelects(random, index, model, "seed " + seed + " step " + step);
                }
            }
            for (int ref = 0; ref < refs; ref++) {
                assertThat(index.labels(ref)).isEqualTo(model.get(ref));
            }
            for (Integer ref : List.copyOf(model.keySet())) {
                index.remove(ref);
            }
            assertThat(index.size()).isZero();
            assertThat(pool.size()).as("strings left in the pool").isZero();
        }
    }

    private static void assertSelects(Random random, LabelIndex index, Map<Integer, Labels> model, String name) {
        List<LabelMatcher> matchers = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            matchers.add(matcher(random));
        }
        List<Integer> expected = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>();
        TreeSet<String> values = new TreeSet<>();
        model.forEach((ref, labels) -> {
            if (matchers.stream().allMatch(matcher -> matcher.matches(labels.valueOf(matcher.name())))) {
                expected.add(ref);
                names.addAll(labels.toMap().keySet());
                if (labels.get("b") != null) {
                    values.add(labels.valueOf("b"));
                }
            }
        });
        assertThat(index.select(matchers))
                .as(name + " " + matchers)
                .isEqualTo(expected.stream().mapToInt(Integer::intValue).toArray());
        assertThat(index.labelNames(matchers)).as(name + " " + matchers).containsExactlyElementsOf(names);
        assertThat(index.labelValues("b", matchers)).as(name + " " + matchers).containsExactlyElementsOf(values);
        assertThat(index.size()).isEqualTo(model.size());
    }

    private static LabelMatcher matcher(Random random) {
        LabelMatcher.Type type = List.of(LabelMatcher.Type.values()).get(random.nextInt(4));
        return LabelMatcher.of(
                type,
                List.of("a", "b", "c", "d", "absent").get(random.nextInt(5)),
                EXPRESSIONS[random.nextInt(EXPRESSIONS.length)]);
    }

    private static Labels labels(Random random) {
        return Labels.of(
                "a",
                "v" + random.nextInt(3),
                "b",
                "v" + random.nextInt(40),
                "c",
                random.nextBoolean() ? "" : "v1",
                "d",
                random.nextInt(9) == 0 ? "v" + random.nextInt(1000) : "");
    }

    @Test
    void anExpressionOverMoreValuesThanCandidatesIsHeldAgainstTheCandidates() {
        Random random = new Random(7);
        LabelIndex index = new LabelIndex(new StringPool());
        Map<Integer, Labels> model = new TreeMap<>();
        for (int ref = 0; ref < 6000; ref++) {
            // 700 series of job a, 2,500 of job b, the rest of c; 3,000 hosts.
            String job = ref < 700 ? "a" : ref < 3200 ? "b" : "c";
            Labels labels = Labels.of("__name__", "up", "host", "h" + ref % 3000, "job", job, "n", "" + ref / 3000);
            index.add(ref, labels);
            model.put(ref, labels);
        }
        for (int round = 0; round < 4; round++) {
            for (String expression : List.of("h1.*", "h.*7", "(h2|h3)5+.?", "nothing", ".*1.*")) {
                for (String job : List.of("a", "b", "c")) {
                    for (LabelMatcher.Type type : List.of(LabelMatcher.Type.REGEX, LabelMatcher.Type.NOT_REGEX)) {
                        List<LabelMatcher> matchers = List.of(
                                LabelMatcher.equal("job", job),
                                LabelMatcher.of(type, "host", expression),
                                LabelMatcher.of(LabelMatcher.Type.REGEX, "n", "[01]"));
                        int[] expected = model.entrySet().stream()
                                .filter(series -> matchers.stream()
                                        .allMatch(matcher -> matcher.matches(
                                                series.getValue().valueOf(matcher.name()))))
                                .mapToInt(Map.Entry::getKey)
                                .sorted()
                                .toArray();
                        assertThat(index.select(matchers)).as("%s", matchers).isEqualTo(expected);
                    }
                }
            }
            // Values go and their numbers stand for others then.
            for (int i = 0; i < 50; i++) {
                int ref = random.nextInt(6000);
                index.remove(ref);
                Labels labels = Labels.of("__name__", "up", "host", "h1-" + round + "-" + i, "job", "a", "n", "0");
                index.add(ref, labels);
                model.put(ref, labels);
            }
        }
    }

    @Test
    void aRefInUseIsRefused() {
        LabelIndex index = new LabelIndex(new StringPool());
        index.add(0, Labels.of("a", "b"));
        assertThatThrownBy(() -> index.add(0, Labels.of("a", "c"))).hasMessageContaining("series 0 is already there");
        assertThat(index.remove(7)).isFalse();
        assertThat(index.labels(7)).isNull();
    }

    @Test
    void readersNeverSeeASeriesThatTheMatcherExcludes() throws Exception {
        LabelIndex index = new LabelIndex(new StringPool());
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<LabelMatcher> wanted =
                List.of(LabelMatcher.equal("kind", "kept"), LabelMatcher.of(LabelMatcher.Type.REGEX, "id", "k[0-9]+"));
        Thread reader = new Thread(() -> {
            try {
                while (!done.get()) {
                    int[] refs = index.select(wanted);
                    assertThat(refs).hasSizeGreaterThanOrEqualTo(300);
                    for (int ref : refs) {
                        if (ref % 2 == 0) {
                            assertThat(Objects.requireNonNull(index.labels(ref)).valueOf("kind"))
                                    .isEqualTo("kept");
                        }
                    }
                }
            } catch (Throwable thrown) {
                failure.set(thrown);
            }
        });
        for (int ref = 0; ref < 600; ref += 2) {
            index.add(ref, Labels.of("kind", "kept", "id", "k" + ref));
        }
        reader.start();
        Random random = new Random(1);
        for (int round = 0; round < 30_000 && failure.get() == null; round++) {
            int ref = random.nextInt(300) * 2 + 1;
            if (!index.remove(ref)) {
                index.add(ref, Labels.of("kind", round % 3 == 0 ? "kept" : "other", "id", "k" + round));
            }
        }
        done.set(true);
        reader.join();
        assertThat(failure.get()).isNull();
    }

    @Test
    void aShardOfServerSeriesTakesWellUnder300BytesASeries() {
        StringPool pool = new StringPool();
        LabelIndex index = new LabelIndex(pool);
        int ref = 0;
        for (int server = 0; server < 200; server++) {
            for (int metric = 0; metric < 100; metric++) {
                index.add(ref++, server(server, metric));
            }
        }
        assertThat(index.memoryBytes() / ref).isLessThan(150);
        assertThat(index.select(List.of(
                        LabelMatcher.equal(Labels.METRIC_NAME, "metric_7"),
                        LabelMatcher.equal("instance", "server-12:9100"))))
                .containsExactly(1207);
    }

    static Labels server(int server, int metric) {
        return Labels.of(
                Labels.METRIC_NAME,
                "metric_" + metric,
                "job",
                "node",
                "instance",
                "server-" + server + ":9100",
                "pool",
                "pool-" + server / 100,
                "region",
                "eu-" + server % 3,
                "mode",
                "m" + metric % 8);
    }
}
