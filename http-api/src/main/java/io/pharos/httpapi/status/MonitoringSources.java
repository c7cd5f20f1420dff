package io.pharos.httpapi.status;

import io.pharos.alerting.view.AlertStatus;
import io.pharos.alerting.view.NotificationHistory;
import io.pharos.alerting.view.RuleGroupStatus;
import io.pharos.collection.metadata.MetadataCache;
import io.pharos.collection.target.ScrapeTargets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What watches and what is watched. Every supplier may be called from any thread and must not block. */
public record MonitoringSources(
        Supplier<CompletionStage<List<RuleGroupStatus>>> ruleGroups,
        Supplier<CompletionStage<List<AlertStatus>>> alerts,
        Supplier<CompletionStage<Gathered<NotificationHistory>>> notifications,
        Supplier<CompletionStage<Gathered<ScrapeTargets>>> targets,
        MetadataCache metadata) {}
