package io.pharos.httpapi.admin;

import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.core.JsonGenerator;
import io.pharos.httpapi.json.JsonBody;
import io.pharos.httpapi.server.Answers;
import io.pharos.httpapi.server.ApiException;
import io.pharos.httpapi.server.Call;
import io.pharos.httpapi.server.ErrorType;
import io.pharos.httpapi.server.Route;
import java.io.IOException;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Drains a node, or says what that would move. */
public final class DrainEndpoint {
    private final Draining draining;

    /** Over what drains. */
    public DrainEndpoint(Draining draining) {
        this.draining = draining;
    }

    /** Where it stands. */
    public Route route() {
        return Route.change("/-/drain", EnumSet.of(Route.Method.POST), this::drain);
    }

    private CompletionStage<HttpResponse> drain(Call call) {
        call.requireTrusted("drain a node");
        String node = call.parameters().first("node");
        if (node.isEmpty()) {
            throw new ApiException(ErrorType.BAD_DATA, "the parameter node is missing: host:port of a node");
        }
        boolean dry = call.parameters().isOn("dry_run");
        boolean undo = call.parameters().isOn("undo");
        if (dry && undo) {
            throw new ApiException(ErrorType.BAD_DATA, "dry_run and undo exclude each other");
        }
        CompletionStage<Draining.Plan> plan;
        try {
            plan = draining.apply(node, dry ? Draining.Wish.DRY_RUN : undo ? Draining.Wish.UNDO : Draining.Wish.DRAIN);
        } catch (IllegalArgumentException refused) {
            plan = CompletableFuture.failedStage(refused);
        }
        return plan.handle((planned, failure) -> {
            if (failure == null) {
                return Answers.success(call, JsonBody.whole(out -> write(out, planned)));
            }
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            throw cause instanceof IllegalArgumentException
                    ? new ApiException(ErrorType.BAD_DATA, String.valueOf(cause.getMessage()))
                    : new ApiException(ErrorType.UNAVAILABLE, "the cluster does not answer now: " + cause);
        });
    }

    private static void write(JsonGenerator out, Draining.Plan plan) throws IOException {
        out.writeStartObject();
        out.writeStringField("node", plan.node());
        out.writeArrayFieldStart("moves");
        for (Draining.Move move : plan.moves()) {
            out.writeStartObject();
            out.writeStringField("kind", move.kind());
            out.writeNumberField("shard", move.shard());
            out.writeStringField("to", move.to());
            out.writeNumberField("entities", move.entities());
            out.writeNumberField("series", move.series());
            out.writeNumberField("bytes", move.bytes());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }
}
