package io.pharos.httpapi;

import akka.Done;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.model.Uri;
import akka.http.javadsl.model.headers.Host;
import akka.http.javadsl.settings.ParserSettings;
import akka.http.javadsl.settings.ServerSettings;
import akka.stream.Materializer;
import akka.stream.SystemMaterializer;
import io.pharos.httpapi.admin.AdminEndpoints;
import io.pharos.httpapi.admin.DeletionEndpoints;
import io.pharos.httpapi.admin.DrainEndpoint;
import io.pharos.httpapi.page.PageEndpoint;
import io.pharos.httpapi.query.ExemplarEndpoint;
import io.pharos.httpapi.query.LabelEndpoints;
import io.pharos.httpapi.query.QueryEndpoints;
import io.pharos.httpapi.query.QueryEndpoints.QueryDefaults;
import io.pharos.httpapi.security.AccessTokens;
import io.pharos.httpapi.security.TokenGate;
import io.pharos.httpapi.server.Connections;
import io.pharos.httpapi.server.RequestMetrics;
import io.pharos.httpapi.server.RoleGate;
import io.pharos.httpapi.server.Route;
import io.pharos.httpapi.server.Router;
import io.pharos.httpapi.status.RuleEndpoints;
import io.pharos.httpapi.status.StatusEndpoints;
import io.pharos.httpapi.status.TargetEndpoints;
import io.pharos.httpapi.status.TsdbEndpoint;
import io.pharos.httpapi.write.ImportEndpoint;
import io.pharos.httpapi.write.WriteEndpoint;
import io.pharos.httpapi.write.WriteEndpoint.WriteLimits;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import scala.concurrent.duration.FiniteDuration;

/** A bound HTTP server with every route of a node. */
public final class HttpApi {
    private static final int URI_LENGTH_MAX = 64 * 1024;
    /** A batch of an import is as large as hundreds of requests, and its sender waits for the whole body anyway. */
    private static final Duration IMPORT_BATCH_DEADLINE = Duration.ofMinutes(1);

    private final ServerBinding binding;
    private final Connections connections;
    private final HttpApiSettings settings;

    private HttpApi(ServerBinding binding, Connections connections, HttpApiSettings settings) {
        this.binding = binding;
        this.connections = connections;
        this.settings = settings;
    }

    /**
     * Binds; the stage fails with {@link akka.stream.BindFailedException} when the address is taken.
     *
     * @throws IllegalArgumentException when the token file cannot be used
     */
    public static CompletionStage<HttpApi> start(
            ActorSystem<?> system, HttpApiSettings settings, HttpApiDependencies deps) {
        Materializer materializer = SystemMaterializer.get(system).materializer();
        Router router = new Router(
                routes(system.executionContext()::execute, settings, deps, materializer),
                new PageEndpoint(HttpApi.class.getClassLoader()),
                new TokenGate(AccessTokens.read(settings.tokenFile())),
                settings.formBytesMax(),
                settings.writeDeadline().toMillis(),
                new RequestMetrics(deps.registry()),
                materializer);
        Connections connections = new Connections(router);
        return Http.get(system)
                .newServerAt(settings.host(), settings.port())
                .adaptSettings(server -> server(server, settings, deps))
                .bindFlow(connections.flow())
                .thenApply(binding -> new HttpApi(binding, connections, settings));
    }

    private static List<Route> routes(
            Executor executor, HttpApiSettings settings, HttpApiDependencies deps, Materializer materializer) {
        QueryDefaults defaults = new QueryDefaults(settings.queryTimeout(), settings.lookback(), settings.stepsMax());
        RoleGate gate = new RoleGate(settings.roles(), materializer);
        List<Route> routes = new ArrayList<>();
        routes.addAll(
                gate.require("query", new QueryEndpoints(deps.queries(), defaults, deps.clock(), executor).routes()));
        routes.addAll(gate.require(
                "query", List.of(new ExemplarEndpoint(deps.exemplarQueries(), defaults, executor).route())));
        routes.addAll(gate.require("query", new LabelEndpoints(deps.queries(), defaults, executor).routes()));
        routes.addAll(gate.require(
                "ingest",
                new WriteEndpoint(
                                deps.remoteWrite(),
                                deps.samples(),
                                deps.exemplars(),
                                deps.clock(),
                                new WriteLimits(settings.writeBytesUnderWayMax(), settings.writeDeadline()),
                                deps.registry(),
                                materializer)
                        .routes()));
        routes.addAll(gate.require(
                "ingest",
                new ImportEndpoint(deps.imports(), deps.clock(), IMPORT_BATCH_DEADLINE, materializer).routes()));
        routes.addAll(new RuleEndpoints(deps.monitoring()).routes());
        routes.addAll(new TargetEndpoints(deps.monitoring()).routes());
        routes.addAll(new StatusEndpoints(deps.status(), deps.clock()).routes());
        routes.add(new TsdbEndpoint(deps.status().cardinality()).route());
        routes.addAll(new AdminEndpoints(deps.readiness(), deps.reload(), deps.checkpoint(), deps.registry()).routes());
        routes.add(new DrainEndpoint(deps.draining()).route());
        routes.addAll(new DeletionEndpoints(settings.adminApi(), deps.deletion()).routes());
        return routes;
    }

    private static ServerSettings server(ServerSettings server, HttpApiSettings settings, HttpApiDependencies deps) {
        // A query brings its own timeout, and while it runs nothing travels: the connection must outlive both.
        FiniteDuration idle =
                FiniteDuration.create(settings.queryTimeout().plusSeconds(60).toSeconds(), TimeUnit.SECONDS);
        ParserSettings parser = server.getParserSettings()
                .withMaxUriLength(URI_LENGTH_MAX)
                .withMaxContentLength(
                        Math.max(deps.remoteWrite().settings().compressedBytesMax(), settings.formBytesMax()))
                .withMaxToStrictBytes(settings.formBytesMax())
                .withUriParsingMode(Uri.RELAXED)
                .withIllegalHeaderWarnings(false);
        return server.withParserSettings(parser)
                .withTimeouts(server.getTimeouts().withRequestTimeout(idle).withIdleTimeout(idle))
                .withMaxConnections(settings.connectionsMax())
                .withPipeliningLimit(Connections.REQUESTS_AHEAD)
                .withDefaultHostHeader(Host.create("localhost")) // HTTP/1.0 clients send none
                .withRemoteAddressAttribute(true)
                .withRawRequestUriHeader(true)
                .withHttp2Enabled(false)
                .withServerHeader(Optional.empty());
    }

    /** Where it listens, with the port that was taken. */
    public InetSocketAddress address() {
        return binding.localAddress();
    }

    /**
     * Accepts no more connections and answers what comes on those that are open, each of which ends with its answer. One on which
     * nothing comes is closed after the idle grace, one whose answer takes longer than the drain timeout after that.
     */
    public CompletionStage<Done> stop() {
        connections.endWithNextAnswer();
        return binding.unbind()
                .thenCompose(unbound -> {
                    CompletableFuture<Done> left = new CompletableFuture<>();
                    awaitLeft(left, System.nanoTime() + settings.idleGrace().toNanos());
                    return left;
                })
                .thenCompose(left -> binding.terminate(settings.drainTimeout()))
                .thenApply(terminated -> Done.getInstance());
    }

    private void awaitLeft(CompletableFuture<Done> left, long deadlineNanos) {
        if (connections.open() == 0 || System.nanoTime() - deadlineNanos >= 0) {
            left.complete(Done.getInstance());
        } else {
            CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS).execute(() -> awaitLeft(left, deadlineNanos));
        }
    }
}
