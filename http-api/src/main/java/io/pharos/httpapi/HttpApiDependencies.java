package io.pharos.httpapi;

import io.pharos.collection.wire.remotewrite.RemoteWriteDecoder;
import io.pharos.httpapi.admin.Draining;
import io.pharos.httpapi.admin.Readiness;
import io.pharos.httpapi.admin.SeriesDeletion;
import io.pharos.httpapi.status.MonitoringSources;
import io.pharos.httpapi.status.StatusSources;
import io.pharos.promql.query.ExemplarQueries;
import io.pharos.promql.query.QueryService;
import io.pharos.timeseries.sample.ExemplarSink;
import io.pharos.timeseries.sample.SampleSink;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What the routes ask. Every function may be called from any thread and must not block.
 *
 * @param imports takes samples of any age in large batches
 * @param remoteWrite decodes remote write bodies
 * @param readiness whether this node can take its share now
 * @param reload reads the configuration again; completes with what is wrong with it, an empty list when it was taken
 * @param checkpoint seals and flushes everything now; completes when that is durable
 * @param deletion deletes samples in the whole cluster
 * @param draining takes the work of a node away
 * @param registry the metrics to expose; the routes' own are added
 * @param clock the time of queries that name none
 */
public record HttpApiDependencies(
        QueryService queries,
        ExemplarQueries exemplarQueries,
        SampleSink samples,
        ExemplarSink exemplars,
        SampleSink imports,
        RemoteWriteDecoder remoteWrite,
        MonitoringSources monitoring,
        StatusSources status,
        Supplier<Readiness> readiness,
        Supplier<CompletionStage<List<String>>> reload,
        Supplier<CompletionStage<Void>> checkpoint,
        SeriesDeletion deletion,
        Draining draining,
        PrometheusRegistry registry,
        InstantSource clock) {}
