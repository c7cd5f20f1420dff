package io.pharos.promql.script;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.engine.Engine;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/*
 * An instant is asked for three times: as it is; at other times with @ and its own time put on all that selects; and as the
 * middle step of a range. Where a query says something about the range it runs in, that is left out.
 */
/** One eval of a script. */
final class ScriptEval {
    private static final Pattern INSTANT = Pattern.compile("at\\s+(\\S+)\\s+(.*)");
    private static final Pattern RANGE = Pattern.compile("from\\s+(\\S+)\\s+to\\s+(\\S+)\\s+step\\s+(\\S+)\\s*(.*)");
    private static final Pattern ABOUT_RANGE = Pattern.compile("(?is).*\\b(start|end|step|range)\\s*\\(.*");
    private static final long AROUND_MILLIS = 60_000;
    private static final long[] OTHER_TIMES_MILLIS = {-1_000_000, 1, 20_000, 3_000_000};

    private final Engine engine;
    private final MemorySource source;
    private final Expected expected;

    ScriptEval(Engine engine, MemorySource source, Expected expected) {
        this.engine = engine;
        this.source = source;
        this.expected = expected;
    }

    /** The times of an eval, the end inclusive. */
    record Times(long startMillis, long endMillis, long stepMillis) {
        static Times at(long timeMillis) {
            return new Times(timeMillis, timeMillis, 1);
        }

        /** Reads {@code from A to B step C}. */
        static Times parse(String text) {
            Matcher matcher = RANGE.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("no times: " + text);
            }
            return of(matcher);
        }

        private static Times of(Matcher matcher) {
            return new Times(
                    ScriptTime.millis(matcher.group(1)),
                    ScriptTime.millis(matcher.group(2)),
                    ScriptTime.millis(matcher.group(3)));
        }

        long time(int step) {
            return startMillis + step * stepMillis;
        }
    }

    /** Evaluates what follows {@code eval range}; null when it came out as expected. */
    @Nullable
    String range(String text) {
        Matcher matcher = RANGE.matcher(text);
        if (!matcher.matches()) {
            return "cannot read: " + text;
        }
        Times times = Times.of(matcher);
        try {
            return expected.check(
                    engine.range(
                            matcher.group(4),
                            times.startMillis(),
                            times.endMillis(),
                            times.stepMillis(),
                            QueryOptions.defaults(),
                            source),
                    times);
        } catch (QueryException failed) {
            return expected.checkFailure(failed);
        }
    }

    /** Evaluates what follows {@code eval instant}, and again in other ways. */
    @Nullable
    String instant(String text) {
        Matcher matcher = INSTANT.matcher(text);
        if (!matcher.matches()) {
            return "cannot read: " + text;
        }
        long time = ScriptTime.millis(matcher.group(1));
        String query = matcher.group(2);
        try {
            QueryResult result = engine.instant(query, time, QueryOptions.defaults(), source);
            String problem = expected.check(result, Times.at(time));
            if (problem != null || expected.isInstantOnly()) {
                return problem;
            }
        } catch (QueryException failed) {
            return expected.checkFailure(failed);
        }
        String problem = fixedInTime(query, time);
        return problem != null || ABOUT_RANGE.matcher(query).matches() ? problem : middleOfRange(query, time);
    }

    private @Nullable String fixedInTime(String query, long time) {
        Expr expr = Engine.parse(query);
        if (!FixedInTime.isPossible(expr)) {
            return null;
        }
        Expr fixed = FixedInTime.at(expr, time);
        for (long other : OTHER_TIMES_MILLIS) {
            try {
                QueryResult result = engine.instant(fixed, time + other, QueryOptions.defaults(), source);
                String problem = expected.checkValue(result.value(), Times.at(time + other));
                if (problem != null) {
                    return "as " + fixed + " at " + (time + other) / 1000.0 + ": " + problem;
                }
            } catch (QueryException failed) {
                return "as " + fixed + " at " + (time + other) / 1000.0 + ": " + failed.getMessage();
            }
        }
        return null;
    }

    private @Nullable String middleOfRange(String query, long time) {
        try {
            QueryResult result = engine.range(
                    query, time - AROUND_MILLIS, time + AROUND_MILLIS, AROUND_MILLIS, QueryOptions.defaults(), source);
            String problem = expected.checkStep(result.value(), time);
            return problem == null ? null : "as the middle of a range: " + problem;
        } catch (QueryException failed) {
            return "as the middle of a range: " + failed.getMessage();
        }
    }
}
