package io.pharos.alerting;

import akka.actor.Cancellable;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Props;
import io.pharos.alerting.evaluate.EvaluationMetrics;
import io.pharos.alerting.evaluate.RuleDefinitions;
import io.pharos.alerting.evaluate.RuleGroupActor;
import io.pharos.alerting.evaluate.RuleGroupSharding;
import io.pharos.alerting.journal.JournalDeps;
import io.pharos.alerting.journal.JournalHealth;
import io.pharos.alerting.journal.Spool;
import io.pharos.alerting.notify.AlertDispatcher;
import io.pharos.alerting.notify.NotificationGroupActor;
import io.pharos.alerting.notify.NotificationLog;
import io.pharos.alerting.notify.NotificationSharding;
import io.pharos.alerting.notify.RouteDefinitions;
import io.pharos.alerting.notify.WebhookSender;
import io.pharos.alerting.route.AlertmanagerConfiguration;
import io.pharos.alerting.rule.RuleGroup;
import io.pharos.alerting.view.AlertStatus;
import io.pharos.alerting.view.GroupTimes;
import io.pharos.alerting.view.NotificationHistory;
import io.pharos.alerting.view.RuleGroupStatus;
import io.pharos.httpclient.HttpTransport;
import io.pharos.promql.query.QueryService;
import io.pharos.timeseries.sample.SampleSink;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Rules, alerts and notifications of one node: started once, given a configuration, asked how things are. Thread-safe. */
public final class AlertingRuntime {
    private final Definitions definitions = new Definitions();
    private final JournalHealth health;
    private final NotificationLog log;
    private final EvaluationMetrics evaluationMetrics;
    private final RuleGroupSharding groups;
    private final Cancellable keepAlive;

    private AlertingRuntime(
            ActorSystem<?> system,
            AlertingSettings settings,
            QueryService queries,
            SampleSink sink,
            HttpTransport transport,
            InstantSource clock,
            PrometheusRegistry registry,
            Path spoolDirectory) {
        health = new JournalHealth(registry);
        Spool spool = new Spool(system, spoolDirectory, settings.journal(), clock, registry);
        JournalDeps journal = new JournalDeps(settings.journal(), health, spool);
        log = new NotificationLog(settings.notification().history(), registry);
        WebhookSender sender = new WebhookSender(transport, system.dispatchers().lookup(DispatcherSelector.blocking()));
        NotificationSharding notifications = new NotificationSharding(
                system,
                new NotificationGroupActor.Deps(settings.notification(), definitions, sender, journal, log, clock));
        evaluationMetrics = new EvaluationMetrics(registry);
        groups = new RuleGroupSharding(
                system,
                new RuleGroupActor.Deps(
                        settings.evaluation(),
                        settings.alert(),
                        definitions,
                        queries,
                        sink,
                        new AlertDispatcher(definitions, notifications::offer),
                        journal,
                        clock,
                        evaluationMetrics));
        system.systemActorOf(
                SpoolHandover.create(spool, settings.evaluation().keepAlive(), owners(notifications)),
                "pharos-spool-handover",
                Props.empty());
        keepAlive = system.scheduler()
                .scheduleAtFixedRate(
                        settings.evaluation().keepAlive(),
                        settings.evaluation().keepAlive(),
                        () -> definitions.groups.keySet().forEach(groups::refresh),
                        system.executionContext());
    }

    /**
     * Starts with an empty configuration. The actor system must be a member of a cluster (of one node at least) and have the
     * bindings of {@code pharos-alerting-akka.conf} and a journal.
     *
     * @param spoolDirectory where transitions wait on local disk while the journal does not answer; created when needed
     */
    public static AlertingRuntime start(
            ActorSystem<?> system,
            AlertingSettings settings,
            QueryService queries,
            SampleSink sink,
            HttpTransport transport,
            InstantSource clock,
            PrometheusRegistry registry,
            Path spoolDirectory) {
        return new AlertingRuntime(system, settings, queries, sink, transport, clock, registry, spoolDirectory);
    }

    private HandoverParts.Owners owners(NotificationSharding notifications) {
        return new HandoverParts.Owners() {
            @Override
            public boolean adopt(RuleGroupActor.Adopt alerts) {
                Optional<String> group = definitions.groupOfRule(alerts.ruleId());
                group.ifPresent(key -> groups.adopt(key, alerts));
                return group.isPresent();
            }

            @Override
            public void adopt(String entityId, NotificationGroupActor.Adopt told) {
                notifications.adopt(entityId, told);
            }
        };
    }

    /** Replaces the configuration: groups stop and start, alerts of rules that stay keep their state. */
    public synchronized void apply(AlertingConfiguration replacement) {
        Set<String> concerned = new LinkedHashSet<>(definitions.groups.keySet());
        definitions.replace(replacement);
        concerned.addAll(definitions.groups.keySet());
        concerned.forEach(groups::refresh);
    }

    /** Every rule group in the order of the configuration; one that cannot be asked in time is there, marked unreachable. */
    public CompletionStage<List<RuleGroupStatus>> ruleGroups() {
        CompletionStage<List<RuleGroupStatus>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (RuleGroup group : definitions.configuration.groups()) {
            all = all.thenCombine(groups.status(group), (list, status) -> {
                list.add(status);
                return list;
            });
        }
        return all;
    }

    /** Every pending and firing alert. */
    public CompletionStage<List<AlertStatus>> alerts() {
        return ruleGroups()
                .thenApply(found -> found.stream()
                        .flatMap(group -> group.rules().stream())
                        .flatMap(rule -> rule.alerts().stream())
                        .toList());
    }

    /** The latest attempts to notify on this node, the newest first. */
    public NotificationHistory notifications() {
        return log.history();
    }

    /** How punctual the rule groups are that run on this node. */
    public GroupTimes groupTimes() {
        return evaluationMetrics.times().times();
    }

    /** The number of rule groups of the configuration. */
    public int groupCount() {
        return definitions.groups.size();
    }

    /** Whether the journal did not answer when it was last asked: notifications then go out first and are recorded later. */
    public boolean isJournalAway() {
        return health.isAway();
    }

    /** No longer wakes groups from this node. Groups that run here end with the actor system. */
    public void stop() {
        keepAlive.cancel();
    }

    /** The configuration as groups see it. */
    private static final class Definitions implements RuleDefinitions, RouteDefinitions {
        volatile AlertingConfiguration configuration = AlertingConfiguration.EMPTY;
        volatile Map<String, RuleGroup> groups = Map.of();
        volatile Map<String, String> groupKeyByRule = Map.of();

        void replace(AlertingConfiguration replacement) {
            Map<String, RuleGroup> byKey = new java.util.LinkedHashMap<>();
            Map<String, String> byRule = new HashMap<>();
            for (RuleGroup group : replacement.groups()) {
                byKey.put(group.key(), group);
                group.alertingRules().forEach(rule -> byRule.put(rule.id(), group.key()));
            }
            configuration = replacement;
            groups = byKey;
            groupKeyByRule = byRule;
        }

        Optional<String> groupOfRule(String ruleId) {
            return Optional.ofNullable(groupKeyByRule.get(ruleId));
        }

        @Override
        public Optional<RuleGroup> group(String key) {
            return Optional.ofNullable(groups.get(key));
        }

        @Override
        public Map<String, String> externalLabels() {
            return configuration.externalLabels();
        }

        @Override
        public String externalUrl() {
            return configuration.externalUrl();
        }

        @Override
        public Optional<AlertmanagerConfiguration> alertmanager() {
            return configuration.alertmanager();
        }
    }
}
