package io.pharos.httpapi.admin;

import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import io.pharos.httpapi.query.Selectors;
import io.pharos.httpapi.server.ApiException;
import io.pharos.httpapi.server.Call;
import io.pharos.httpapi.server.ErrorType;
import io.pharos.httpapi.server.Route;
import io.pharos.httpapi.server.Times;
import io.pharos.promql.query.QueryException;
import io.pharos.timeseries.labels.LabelMatcher;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Deletion of samples as Prometheus' admin API has it; off unless a setting turns it on. */
public final class DeletionEndpoints {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final boolean enabled;
    private final SeriesDeletion deletion;

    /** @param enabled what {@code pharos.http.admin-api} says */
    public DeletionEndpoints(boolean enabled, SeriesDeletion deletion) {
        this.enabled = enabled;
        this.deletion = deletion;
    }

    /** Where these endpoints stand. */
    public List<Route> routes() {
        EnumSet<Route.Method> methods = EnumSet.of(Route.Method.POST, Route.Method.PUT);
        return List.of(
                Route.change("/api/v1/admin/tsdb/delete_series", methods, this::delete),
                Route.change("/api/v1/admin/tsdb/clean_tombstones", methods, this::clean));
    }

    private void requireEnabled(Call call) {
        if (!enabled) {
            throw new ApiException(
                    ErrorType.FORBIDDEN,
                    "admin APIs disabled: set pharos.http.admin-api = true in this node's configuration and restart it");
        }
        call.requireTrusted("delete samples");
    }

    private CompletionStage<HttpResponse> delete(Call call) {
        requireEnabled(call);
        if (call.parameters().all("match[]").isEmpty()) {
            throw ApiException.badData("no match[] parameter provided");
        }
        List<List<LabelMatcher>> selectors = Selectors.of(call);
        long from = Times.time(call.parameters(), "start", Times.MIN_MILLIS);
        long to = Times.time(call.parameters(), "end", Times.MAX_MILLIS);
        if (to < from) {
            throw ApiException.badParameter("end", "end timestamp must not be before start time");
        }
        return deletion.delete(selectors, from, to, PATIENCE).handle((done, failure) -> {
            if (failure == null) {
                return noContent();
            }
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            throw cause instanceof QueryException told
                    ? new ApiException(ErrorType.of(told.kind()), String.valueOf(told.getMessage()))
                    : new ApiException(ErrorType.INTERNAL, String.valueOf(cause));
        });
    }

    /** There is nothing to clean: what is deleted goes from the disk when it expires, and what hides it after that. */
    private CompletionStage<HttpResponse> clean(Call call) {
        requireEnabled(call);
        return CompletableFuture.completedFuture(noContent());
    }

    private static HttpResponse noContent() {
        return HttpResponse.create().withStatus(StatusCodes.NO_CONTENT);
    }
}
