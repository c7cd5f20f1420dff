package io.pharos.promql.script;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.parser.Parser;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryValue;
import io.pharos.timeseries.histogram.Histogram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the lines below an eval ask for, and whether a result is that. Each check answers null or what differs. */
final class Expected {
    private static final Pattern EXPECT = Pattern.compile("expect\\s+(\\w+)(.*)");

    private static final String FAIL_MESSAGE = "expected_fail_message";
    private static final String FAIL_REGEXP = "expected_fail_regexp";

    private final List<SeriesLine> series = new ArrayList<>();
    private final List<Text> warnings = new ArrayList<>();
    private final List<Text> infos = new ArrayList<>();
    private @Nullable Double scalar;
    private @Nullable String string;
    private @Nullable Text failure;
    private boolean noWarnings;
    private boolean noInfos;
    private boolean ordered;
    private ScriptEval.@Nullable Times rangeVector;

    private record Text(String text, boolean regex) {
        boolean matches(String found) {
            return text.isEmpty()
                    || (regex ? Pattern.compile(text).matcher(found).find() : found.equals(text));
        }
    }

    /** Reads one line. */
    void add(String line) {
        Matcher expect = EXPECT.matcher(line);
        if (line.startsWith(FAIL_MESSAGE)) {
            failure = new Text(line.substring(FAIL_MESSAGE.length()).strip(), false);
            return;
        }
        if (line.startsWith(FAIL_REGEXP)) {
            failure = new Text(line.substring(FAIL_REGEXP.length()).strip(), true);
            return;
        }
        if (!expect.matches()) {
            if (line.matches("(?i)[-+]?(?:[0-9][^\\s]*|inf|nan)")) {
                scalar = SeriesLine.number(line);
            } else {
                series.add(SeriesLine.parse(line));
            }
            return;
        }
        String rest = expect.group(2).strip();
        switch (expect.group(1)) {
            case "fail" -> failure = text(rest);
            case "warn" -> warnings.add(text(rest));
            case "info" -> infos.add(text(rest));
            case "no_warn" -> noWarnings = true;
            case "no_info" -> noInfos = true;
            case "ordered" -> ordered = true;
            case "string" -> {
                if (Parser.parse(rest) instanceof Expr.StringLiteral literal) {
                    string = literal.value();
                }
            }
            case "range" -> rangeVector = ScriptEval.Times.parse(rest.replaceFirst("vector\\s+", ""));
            default -> throw new IllegalArgumentException("cannot read " + line);
        }
    }

    private static Text text(String rest) {
        if (rest.startsWith("msg:")) {
            return new Text(rest.substring(4).strip(), false);
        }
        return new Text(rest.startsWith("regex:") ? rest.substring(6).strip() : "", true);
    }

    /** What the ending of an {@code eval_...} asks for. */
    void deprecated(@Nullable String kind) {
        if (kind == null) {
            return;
        }
        switch (kind) {
            case "fail" -> failure = new Text("", true);
            case "warn" -> warnings.add(new Text("", true));
            case "info" -> infos.add(new Text("", true));
            case "ordered" -> ordered = true;
            default -> throw new IllegalArgumentException("cannot read eval_" + kind);
        }
    }

    /** Whether the same cannot be asked for in another way: order, strings, ranges and failures. */
    boolean isInstantOnly() {
        return ordered || string != null || rangeVector != null || failure != null;
    }

    @Nullable
    String checkFailure(QueryException failed) {
        Text wanted = failure;
        String message = String.valueOf(failed.getMessage());
        if (wanted == null) {
            return "failed: " + message;
        }
        String bare = message.replaceFirst("^\\d+:\\d+: parse error: ", "");
        return wanted.matches(message) || wanted.matches(bare) ? null : "failed otherwise: " + message;
    }

    /** Checks value and annotations at the given times. */
    @Nullable
    String check(QueryResult result, ScriptEval.Times times) {
        if (failure != null) {
            return "did not fail";
        }
        String problem = annotations("warnings", warnings, noWarnings, result.warnings());
        if (problem == null) {
            problem = annotations("infos", infos, noInfos, result.infos());
        }
        return problem != null ? problem : checkValue(result.value(), times);
    }

    private static @Nullable String annotations(String kind, List<Text> wanted, boolean none, List<String> found) {
        if (none && !found.isEmpty()) {
            return "unexpected " + kind + ": " + found;
        }
        if (wanted.isEmpty()) {
            return null;
        }
        for (Text one : wanted) {
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

    /** Checks the value alone. */
    @Nullable
    String checkValue(QueryValue value, ScriptEval.Times times) {
        boolean same;
        if (string != null) {
            same = value instanceof QueryValue.Text found && found.value().equals(string);
        } else if (scalar != null && !(value instanceof QueryValue.Matrix)) {
            same = value instanceof QueryValue.Scalar found && ScriptValues.same(found.value(), scalar);
        } else if (value instanceof QueryValue.Vector vector) {
            same = isSame(vector.samples());
        } else if (value instanceof QueryValue.Matrix matrix) {
            same = isSorted(matrix) && isSame(matrix.series(), rangeVector == null ? times : rangeVector);
        } else {
            same = false;
        }
        return same ? null : "expected " + this + "\n      got " + ScriptValues.text(value);
    }

    private static boolean isSorted(QueryValue.Matrix matrix) {
        for (int i = 1; i < matrix.series().size(); i++) {
            if (matrix.series()
                            .get(i)
                            .labels()
                            .compareTo(matrix.series().get(i - 1).labels())
                    <= 0) {
                return false;
            }
        }
        return true;
    }

    /** Checks the step of a time in a range, which is to be what the instant was. */
    @Nullable
    String checkStep(QueryValue value, long timeMillis) {
        if (!(value instanceof QueryValue.Matrix matrix)) {
            return "got " + value;
        }
        List<QueryValue.VectorSample> samples = new ArrayList<>();
        for (QueryValue.MatrixSeries one : matrix.series()) {
            for (int i = 0; i < one.values().length; i++) {
                if (one.timestampsMillis()[i] == timeMillis) {
                    samples.add(
                            new QueryValue.VectorSample(one.labels(), timeMillis, one.values()[i], one.histogram(i)));
                }
            }
        }
        if (scalar != null) {
            boolean same =
                    samples.size() == 1 && ScriptValues.same(samples.get(0).value(), scalar);
            return same ? null : "expected " + this + "\n      got " + ScriptValues.text(value);
        }
        return checkValue(new QueryValue.Vector(samples), ScriptEval.Times.at(timeMillis));
    }

    private boolean isSame(List<QueryValue.VectorSample> found) {
        if (found.size() != series.size()) {
            return false;
        }
        Map<Object, QueryValue.VectorSample> byLabels = new HashMap<>();
        found.forEach(sample -> byLabels.put(sample.labels(), sample));
        for (int i = 0; i < found.size(); i++) {
            SeriesLine wanted = series.get(i);
            QueryValue.VectorSample sample = ordered ? found.get(i) : byLabels.get(wanted.labels());
            MemorySource.Sample value =
                    wanted.values().isEmpty() ? null : wanted.values().get(0);
            if (sample == null
                    || value == null
                    || !sample.labels().equals(wanted.labels())
                    || !ScriptValues.same(value, sample.value(), sample.histogram(), wanted.hints())) {
                return false;
            }
        }
        return true;
    }

    private boolean isSame(List<QueryValue.MatrixSeries> found, ScriptEval.Times times) {
        if (found.size() != series.size()) {
            return false;
        }
        Map<Object, QueryValue.MatrixSeries> byLabels = new HashMap<>();
        found.forEach(one -> byLabels.put(one.labels(), one));
        for (SeriesLine wanted : series) {
            QueryValue.MatrixSeries one = byLabels.get(wanted.labels());
            if (one == null || !isSame(wanted, one, times)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSame(SeriesLine wanted, QueryValue.MatrixSeries one, ScriptEval.Times times) {
        int at = 0;
        for (int i = 0;
                times.time(i) <= times.endMillis() || i < wanted.values().size();
                i++) {
            MemorySource.Sample value =
                    i < wanted.values().size() ? wanted.values().get(i) : null;
            boolean has = at < one.values().length && one.timestampsMillis()[at] == times.time(i);
            if (has != (value != null)) {
                return false;
            }
            if (value != null) {
                Histogram histogram = one.histogram(at);
                if (!ScriptValues.same(value, one.values()[at], histogram, wanted.hints())) {
                    return false;
                }
                at++;
            }
        }
        return at == one.values().length;
    }

    @Override
    public String toString() {
        if (string != null) {
            return string;
        }
        if (scalar != null) {
            return scalar.toString();
        }
        StringBuilder out = new StringBuilder(ordered ? "in this order" : "");
        series.forEach(line -> out.append("\n        ").append(line));
        return series.isEmpty() ? "nothing" : out.toString();
    }
}
