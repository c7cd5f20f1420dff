package io.pharos.promql.conformance;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.engine.Engine;
import io.pharos.promql.engine.EngineSettings;
import io.pharos.promql.parser.Parser;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One script: loads series, evaluates, and gathers what did not come out as expected. */
final class Script {
    private static final Pattern EVAL = Pattern.compile("eval(?:_(\\w+))?\\s+(instant|range)\\s+(.*)");
    private static final Pattern INSTANT = Pattern.compile("at\\s+(\\S+)\\s+(.*)");
    private static final Pattern RANGE = Pattern.compile("from\\s+(\\S+)\\s+to\\s+(\\S+)\\s+step\\s+(\\S+)\\s+(.*)");
    private static final Pattern EXPECT = Pattern.compile("expect\\s+(\\w+)(.*)");

    private final Engine engine = new Engine(
            new EngineSettings(10_000_000, 100_000, 11_000, Duration.ofMinutes(2), Duration.ofMinutes(1), true));
    private final List<String> lines;
    private MemorySource source = new MemorySource();
    private int at;
    int passed;
    final List<String> failures = new ArrayList<>();

    Script(List<String> lines) {
        this.lines = lines;
    }

    void run() {
        while (at < lines.size()) {
            String line = lines.get(at).strip();
            if (line.startsWith("clear")) {
                source = new MemorySource();
                at++;
            } else if (line.startsWith("load")) {
                load(line);
            } else if (line.startsWith("eval")) {
                eval(line);
            } else {
                at++;
            }
        }
    }

    private static boolean isEmpty(String line) {
        String text = line.strip();
        return text.isEmpty() || text.startsWith("#");
    }

    private void load(String line) {
        long step = millis(line.split("\\s+", -1)[1]);
        for (at++; at < lines.size() && !isEmpty(lines.get(at)); at++) {
            String text = lines.get(at).strip();
            if (text.matches(".*}?@st\\s.*")) {
                continue;
            }
            SeriesLine series = SeriesLine.parse(text);
            for (int i = 0; i < series.values().size(); i++) {
                Double value = series.values().get(i);
                if (value != null) {
                    source.add(series.labels(), i * step, value);
                }
            }
        }
    }

    private static long millis(String text) {
        return text.equals("0") ? 0 : Math.round(((Expr.NumberLiteral) Parser.parse(text)).value() * 1000);
    }

    private void eval(String line) {
        Expected expected = new Expected();
        int number = at + 1;
        for (at++; at < lines.size() && !isEmpty(lines.get(at)); at++) {
            expected.add(lines.get(at).strip());
        }
        Matcher eval = EVAL.matcher(line);
        if (!eval.matches()) {
            failures.add(number + ": cannot read " + line);
            return;
        }
        expected.deprecated(eval.group(1));
        String problem;
        try {
            problem =
                    eval.group(2).equals("instant") ? instant(eval.group(3), expected) : range(eval.group(3), expected);
        } catch (IllegalArgumentException
                | IllegalStateException
                | ArithmeticException
                | IndexOutOfBoundsException fault) {
            problem = "threw " + fault;
        }
        if (problem == null) {
            passed++;
        } else {
            failures.add(number + ": " + line + "\n      " + problem);
        }
    }

    private @Nullable String instant(String text, Expected expected) {
        Matcher matcher = INSTANT.matcher(text);
        if (!matcher.matches()) {
            return "cannot read";
        }
        long time = millis(matcher.group(1));
        String query = matcher.group(2);
        QueryResult result;
        try {
            result = engine.instant(query, time, QueryOptions.defaults(), source);
        } catch (QueryException failed) {
            return expected.checkFailure(failed);
        }
        String problem = expected.check(result, time, time, 1);
        if (problem != null || expected.isInstantOnly() || query.matches("(?is).*\\b(start|end|step|range)\\s*\\(.*")) {
            return problem;
        }
        // The same again as the middle of a range.
        try {
            result = engine.range(query, time - 60_000, time + 60_000, 60_000, QueryOptions.defaults(), source);
        } catch (QueryException failed) {
            return "as a range: " + failed.getMessage();
        }
        problem = expected.checkMiddle(result, time);
        return problem == null ? null : "as a range: " + problem;
    }

    private @Nullable String range(String text, Expected expected) {
        Matcher matcher = RANGE.matcher(text);
        if (!matcher.matches()) {
            return "cannot read";
        }
        long from = millis(matcher.group(1));
        long to = millis(matcher.group(2));
        long step = millis(matcher.group(3));
        try {
            QueryResult result = engine.range(matcher.group(4), from, to, step, QueryOptions.defaults(), source);
            return expected.check(result, from, to, step);
        } catch (QueryException failed) {
            return expected.checkFailure(failed);
        }
    }

    /** What the lines below an eval ask for. */
    static final class Expected {
        private final List<SeriesLine> series = new ArrayList<>();
        private final List<Expectation> warnings = new ArrayList<>();
        private final List<Expectation> infos = new ArrayList<>();
        private @Nullable Double scalar;
        private @Nullable String string;
        private @Nullable Expectation failure;
        private boolean noWarnings;
        private boolean noInfos;
        private boolean ordered;
        private long @Nullable [] rangeVector;

        private record Expectation(String text, boolean regex) {
            boolean matches(String found) {
                return text.isEmpty()
                        || (regex ? Pattern.compile(text).matcher(found).find() : found.equals(text));
            }
        }

        void add(String line) {
            Matcher expect = EXPECT.matcher(line);
            if (!expect.matches()) {
                if (line.matches("[-+]?[0-9].*|[-+]?[iI]nf|NaN") && line.split("\\s+", -1).length == 1) {
                    scalar = SeriesLine.number(line);
                } else {
                    series.add(SeriesLine.parse(line));
                }
                return;
            }
            String rest = expect.group(2).strip();
            switch (expect.group(1)) {
                case "fail" -> failure = expectation(rest);
                case "warn" -> warnings.add(expectation(rest));
                case "info" -> infos.add(expectation(rest));
                case "no_warn" -> noWarnings = true;
                case "no_info" -> noInfos = true;
                case "ordered" -> ordered = true;
                case "string" -> string = ((Expr.StringLiteral) Parser.parse(rest)).value();
                case "range" -> {
                    Matcher matcher = RANGE.matcher(rest.replaceFirst("vector\\s+", "") + " .");
                    if (matcher.matches()) {
                        rangeVector =
                                new long[] {millis(matcher.group(1)), millis(matcher.group(2)), millis(matcher.group(3))
                                };
                    }
                }
                default -> throw new IllegalArgumentException("cannot read " + line);
            }
        }

        private static Expectation expectation(String rest) {
            if (rest.startsWith("msg:")) {
                return new Expectation(rest.substring(4).strip(), false);
            }
            return new Expectation(rest.startsWith("regex:") ? rest.substring(6).strip() : "", true);
        }

        void deprecated(@Nullable String kind) {
            if (kind != null) {
                switch (kind) {
                    case "fail" -> failure = new Expectation("", true);
                    case "warn" -> warnings.add(new Expectation("", true));
                    case "info" -> infos.add(new Expectation("", true));
                    case "ordered" -> ordered = true;
                    default -> throw new IllegalArgumentException("eval_" + kind);
                }
            }
        }

        boolean isInstantOnly() {
            return ordered || string != null || rangeVector != null || failure != null || scalar != null;
        }

        @Nullable
        String checkFailure(QueryException failed) {
            Expectation wanted = failure;
            if (wanted == null) {
                return "failed: " + failed.getMessage();
            }
            String message = String.valueOf(failed.getMessage());
            String bare = message.replaceFirst("^\\d+:\\d+: parse error: ", "");
            boolean same = wanted.matches(message) || wanted.matches(bare);
            if (message.endsWith("is not supported yet")) {
                return message;
            }
            return same ? null : "failed otherwise: " + message;
        }

        @Nullable
        String check(QueryResult result, long from, long to, long step) {
            if (failure != null) {
                return "did not fail";
            }
            String problem = annotations("warnings", warnings, noWarnings, result.warnings());
            if (problem == null) {
                problem = annotations("infos", infos, noInfos, result.infos());
            }
            return problem != null ? problem : value(result.value(), from, to, step);
        }

        private static @Nullable String annotations(
                String kind, List<Expectation> wanted, boolean none, List<String> found) {
            if (none && !found.isEmpty()) {
                return "unexpected " + kind + ": " + found;
            }
            if (wanted.isEmpty()) {
                return null;
            }
            for (Expectation one : wanted) {
                if (found.stream().noneMatch(one::matches)) {
                    return "no " + kind + " like " + one.text() + " in " + found;
                }
            }
            for (String text : found) {
                if (wanted.stream().noneMatch(one -> one.matches(text))) {
                    return "unexpected among " + kind + ": " + text;
                }
            }
            return null;
        }

        private @Nullable String value(QueryValue value, long from, long to, long step) {
            String text = string;
            if (text != null) {
                return value instanceof QueryValue.Text found && found.value().equals(text) ? null : "got " + value;
            }
            Double number = scalar;
            if (number != null) {
                return value instanceof QueryValue.Scalar found && same(found.value(), number) ? null : "got " + value;
            }
            if (series.stream().anyMatch(SeriesLine::histograms)) {
                return "native histograms";
            }
            if (value instanceof QueryValue.Vector vector) {
                return vector(vector.samples());
            }
            if (value instanceof QueryValue.Matrix matrix) {
                long[] times = rangeVector;
                return times == null
                        ? matrix(matrix.series(), from, to, step)
                        : matrix(matrix.series(), times[0], times[1], times[2]);
            }
            return series.isEmpty() ? null : "got " + value;
        }

        @Nullable
        String checkMiddle(QueryResult result, long time) {
            if (!(result.value() instanceof QueryValue.Matrix matrix)) {
                return "got " + result.value();
            }
            List<QueryValue.VectorSample> samples = new ArrayList<>();
            for (QueryValue.MatrixSeries one : matrix.series()) {
                for (int i = 0; i < one.values().length; i++) {
                    if (one.timestampsMillis()[i] == time) {
                        samples.add(new QueryValue.VectorSample(one.labels(), time, one.values()[i]));
                    }
                }
            }
            return vector(samples);
        }

        private @Nullable String vector(List<QueryValue.VectorSample> found) {
            if (found.size() != series.size()) {
                return "expected " + series + ", got " + found;
            }
            for (int i = 0; i < found.size(); i++) {
                SeriesLine wanted = series.get(i);
                QueryValue.VectorSample sample = ordered
                        ? found.get(i)
                        : found.stream()
                                .filter(one -> one.labels().equals(wanted.labels()))
                                .findFirst()
                                .orElse(null);
                Double value =
                        wanted.values().isEmpty() ? null : wanted.values().get(0);
                if (sample == null
                        || value == null
                        || !sample.labels().equals(wanted.labels())
                        || !same(sample.value(), value)) {
                    return "expected " + wanted + ", got " + found;
                }
            }
            return null;
        }

        private @Nullable String matrix(List<QueryValue.MatrixSeries> found, long from, long to, long step) {
            String described = described(found);
            if (found.size() != series.size()) {
                return "expected " + series + ", got " + described;
            }
            for (SeriesLine wanted : series) {
                QueryValue.MatrixSeries one = found.stream()
                        .filter(candidate -> candidate.labels().equals(wanted.labels()))
                        .findFirst()
                        .orElse(null);
                if (one == null) {
                    return "expected " + wanted + ", got " + described;
                }
                int at = 0;
                for (int i = 0; from + i * step <= to || i < wanted.values().size(); i++) {
                    Double value = i < wanted.values().size() ? wanted.values().get(i) : null;
                    boolean has = at < one.values().length && one.timestampsMillis()[at] == from + i * step;
                    if (has != (value != null) || value != null && !same(one.values()[at], value)) {
                        return "expected " + wanted + " (differs at " + i + "), got " + described;
                    }
                    at += has ? 1 : 0;
                }
            }
            return null;
        }

        private static String described(List<QueryValue.MatrixSeries> found) {
            StringBuilder text = new StringBuilder();
            for (QueryValue.MatrixSeries one : found) {
                text.append(one.labels()).append(java.util.Arrays.toString(one.values()));
                text.append('@')
                        .append(java.util.Arrays.toString(one.timestampsMillis()))
                        .append(' ');
            }
            return text.toString();
        }

        private static boolean same(double a, double b) {
            if (Double.isNaN(a) || Double.isNaN(b)) {
                return Double.isNaN(a) && Double.isNaN(b);
            }
            return a == b || Math.abs(a - b) < 1e-6 * (Math.abs(a) + Math.abs(b));
        }
    }
}
