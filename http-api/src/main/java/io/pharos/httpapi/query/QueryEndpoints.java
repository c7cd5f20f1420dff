package io.pharos.httpapi.query;

import akka.http.javadsl.model.HttpResponse;
import io.pharos.httpapi.json.JsonBody;
import io.pharos.httpapi.server.Answers;
import io.pharos.httpapi.server.ApiException;
import io.pharos.httpapi.server.Call;
import io.pharos.httpapi.server.Parameters;
import io.pharos.httpapi.server.Route;
import io.pharos.httpapi.server.Times;
import io.pharos.promql.ast.Expr;
import io.pharos.promql.ast.PrettyPrinter;
import io.pharos.promql.parser.ParseException;
import io.pharos.promql.parser.Parser;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryService;
import io.pharos.promql.query.QueryStatistics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Instant and range queries, their text in its usual form, and their tree. */
public final class QueryEndpoints {
    private final QueryService queries;
    private final QueryDefaults defaults;
    private final InstantSource clock;
    private final Executor executor;

    /** @param executor where answers are written */
    public QueryEndpoints(QueryService queries, QueryDefaults defaults, InstantSource clock, Executor executor) {
        this.queries = queries;
        this.defaults = defaults;
        this.clock = clock;
        this.executor = executor;
    }

    /** Where these endpoints stand. */
    public List<Route> routes() {
        return List.of(
                Route.getOrPost("/api/v1/query", this::instant),
                Route.getOrPost("/api/v1/query_range", this::range),
                Route.getOrPost("/api/v1/format_query", this::format),
                Route.getOrPost("/api/v1/parse_query", this::parse));
    }

    private CompletionStage<HttpResponse> instant(Call call) {
        Parameters parameters = call.parameters();
        long now = clock.millis();
        QueryOptions options = defaults.options(call);
        long time = Times.time(parameters, "time", now);
        return answer(call, queries.instant(parameters.first("query"), time, options));
    }

    private CompletionStage<HttpResponse> range(Call call) {
        Parameters parameters = call.parameters();
        long start = Times.time(parameters, "start");
        long end = Times.time(parameters, "end");
        if (end < start) {
            throw ApiException.badParameter("end", "end timestamp must not be before start time");
        }
        long step = Times.durationMillis(parameters, "step");
        if (step <= 0) {
            throw ApiException.badParameter(
                    "step", "zero or negative query resolution step widths are not accepted. Try a positive integer");
        }
        if ((end - start) / step > defaults.stepsMax()) {
            // Here and not below, since it is no fault of the parameter "query".
            throw QueryException.tooManySteps(defaults.stepsMax());
        }
        QueryOptions options = defaults.options(call);
        return answer(call, queries.range(parameters.first("query"), start, end, step, options));
    }

    private CompletionStage<HttpResponse> format(Call call) {
        String formatted = PrettyPrinter.print(parsed(call));
        return CompletableFuture.completedFuture(
                Answers.success(call, JsonBody.whole(out -> out.writeString(formatted))));
    }

    private CompletionStage<HttpResponse> parse(Call call) {
        Expr expr = parsed(call);
        return CompletableFuture.completedFuture(
                Answers.success(call, JsonBody.whole(out -> AstJson.write(out, expr))));
    }

    private static Expr parsed(Call call) {
        try {
            return Parser.parse(call.parameters().first("query"));
        } catch (ParseException e) {
            throw ApiException.badParameter("query", String.valueOf(e.getMessage()));
        }
    }

    private CompletionStage<HttpResponse> answer(Call call, CompletionStage<QueryResult> result) {
        boolean withStatistics = call.parameters().has("stats");
        boolean withPlan = withStatistics && call.parameters().first("stats").equals("all");
        return result.exceptionally(named("query"))
                .thenApplyAsync(
                        found -> {
                            QueryStatistics statistics = withStatistics ? found.statistics() : null;
                            return Answers.success(
                                    call,
                                    new QueryJson(found.value(), statistics, withPlan ? found.plan() : null),
                                    found.warnings(),
                                    found.infos());
                        },
                        executor);
    }

    /** Prometheus names the parameter that a wrong question came in. */
    static <T> Function<Throwable, T> named(String parameter) {
        return failure -> {
            Throwable cause = failure;
            while (cause instanceof CompletionException && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (cause instanceof QueryException query && query.kind() == QueryException.Kind.BAD_DATA) {
                throw ApiException.badParameter(parameter, String.valueOf(query.getMessage()));
            }
            throw cause instanceof RuntimeException unchecked ? unchecked : new CompletionException(cause);
        };
    }

    /**
     * What holds for a query that says nothing else.
     *
     * @param timeout the most a query may take; a client may ask for less
     * @param lookback how far an instant selector looks back
     * @param stepsMax steps of a range query, beyond the first
     */
    public record QueryDefaults(Duration timeout, Duration lookback, int stepsMax) {
        /** The options of one call. */
        public QueryOptions options(Call call) {
            Parameters parameters = call.parameters();
            Duration within = timeout;
            if (parameters.has("timeout")) {
                Duration asked = Duration.ofMillis(Times.durationMillis(parameters, "timeout"));
                within = asked.compareTo(timeout) < 0 ? asked : timeout;
            }
            Duration back = lookback;
            if (parameters.has("lookback_delta")) {
                try {
                    back = Duration.ofMillis(Times.parseDuration(parameters.first("lookback_delta")));
                } catch (IllegalArgumentException e) {
                    throw ApiException.badData("error parsing lookback delta duration: " + e.getMessage());
                }
            }
            return new QueryOptions(
                    within,
                    back,
                    Times.limit(parameters, "limit"),
                    parameters.isOn("partial_response"),
                    Duration.ZERO,
                    call.cancellation());
        }
    }
}
