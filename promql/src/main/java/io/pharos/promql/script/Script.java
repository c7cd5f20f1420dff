package io.pharos.promql.script;

import io.pharos.promql.engine.Engine;
import io.pharos.promql.engine.EngineSettings;
import io.pharos.promql.engine.Features;
import io.pharos.timeseries.labels.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One script: loads series, evaluates, and gathers what did not come out as expected. */
public final class Script {
    private static final Pattern EVAL = Pattern.compile("eval(?:_(\\w+))?\\s+(instant|range)\\s+(.*)");

    /** The engine scripts are written for: everything switched on. */
    private static final EngineSettings SETTINGS = new EngineSettings(
            10_000_000, 100_000, 512L << 20, 0.25, 11_000, Duration.ofMinutes(2), Duration.ofMinutes(1), Features.ALL);

    /** An eval that came out otherwise: its line from 1, itself, and what differs. */
    public record Failure(int line, String eval, String difference) {}

    /** How many evals came out as expected, and those that did not. */
    public record Result(int passed, List<Failure> failures) {}

    private final Engine engine = new Engine(SETTINGS);
    private final List<String> lines;
    private final List<Failure> failures = new ArrayList<>();
    private MemorySource source = new MemorySource();
    private int at;
    private int passed;

    private Script(List<String> lines) {
        this.lines = lines;
    }

    /**
     * Runs a script.
     *
     * @throws IllegalArgumentException when a line cannot be read; the text begins with its number
     */
    public static Result run(List<String> lines) {
        Script script = new Script(lines);
        while (script.at < lines.size()) {
            int number = script.at + 1;
            try {
                script.command(lines.get(script.at).strip());
            } catch (RuntimeException wrong) {
                throw new IllegalArgumentException("line " + number + ": " + wrong.getMessage(), wrong);
            }
        }
        return new Result(script.passed, List.copyOf(script.failures));
    }

    private void command(String line) {
        if (line.equals("clear")) {
            source = new MemorySource();
            at++;
        } else if (line.startsWith("load")) {
            load(line);
        } else if (line.startsWith("eval")) {
            eval(line);
        } else if (isEmpty(line)) {
            at++;
        } else {
            throw new IllegalArgumentException("cannot read " + line);
        }
    }

    private static boolean isEmpty(String line) {
        String text = line.strip();
        return text.isEmpty() || text.startsWith("#");
    }

    private void load(String line) {
        String[] words = line.split("\\s+", -1);
        long step = ScriptTime.millis(words[1]);
        ClassicToCustom classic = words[0].equals("load_with_nhcb") ? new ClassicToCustom() : null;
        Map<Labels, List<@Nullable Long>> starts = new HashMap<>();
        for (at++; at < lines.size() && !isEmpty(lines.get(at)); at++) {
            SeriesLine series = SeriesLine.parse(lines.get(at).strip());
            List<@Nullable Long> offsets = series.startOffsets();
            if (offsets != null) {
                starts.put(series.labels(), offsets);
                continue;
            }
            List<@Nullable Long> known = starts.getOrDefault(series.labels(), List.of());
            for (int i = 0; i < series.values().size(); i++) {
                MemorySource.Sample sample = series.values().get(i);
                if (sample == null) {
                    continue;
                }
                Long offset = i < known.size() ? known.get(i) : null;
                long start = offset == null ? 0 : i * step + offset;
                source.add(
                        series.labels(), i * step, new MemorySource.Sample(sample.value(), sample.histogram(), start));
                if (classic != null && sample.histogram() == null) {
                    classic.add(series.labels(), i * step, sample.value());
                }
            }
        }
        if (classic != null) {
            classic.store(source);
        }
    }

    private void eval(String line) {
        Expected expected = new Expected();
        int number = at + 1;
        for (at++; at < lines.size() && !isEmpty(lines.get(at)); at++) {
            expected.add(lines.get(at).strip());
        }
        Matcher eval = EVAL.matcher(line);
        if (!eval.matches()) {
            throw new IllegalArgumentException("cannot read " + line);
        }
        expected.deprecated(eval.group(1));
        ScriptEval one = new ScriptEval(engine, source, expected);
        String problem;
        try {
            problem = eval.group(2).equals("instant") ? one.instant(eval.group(3)) : one.range(eval.group(3));
        } catch (IllegalStateException | ArithmeticException | IndexOutOfBoundsException fault) {
            problem = "threw " + fault;
        }
        if (problem == null) {
            passed++;
        } else {
            failures.add(new Failure(number, line, problem));
        }
    }
}
