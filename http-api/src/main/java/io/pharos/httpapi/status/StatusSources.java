package io.pharos.httpapi.status;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Where the status pages get what they show. Every supplier may be called from any thread and must not block.
 *
 * @param flags settings of this node by name, secrets hidden
 * @param configuration what is in force in the cluster
 * @param join what a new node needs to know
 * @param cardinality what has most series
 */
public record StatusSources(
        BuildInfo build,
        Supplier<RuntimeStatus> runtime,
        Supplier<Map<String, String>> flags,
        Supplier<ConfigurationStatus> configuration,
        Supplier<CompletionStage<Gathered<StorageStatus>>> storage,
        Supplier<CompletionStage<ClusterStatus>> cluster,
        Supplier<JoinStatus> join,
        CardinalityQuestion cardinality) {}
