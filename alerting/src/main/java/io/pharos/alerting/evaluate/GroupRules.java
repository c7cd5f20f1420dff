package io.pharos.alerting.evaluate;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import io.pharos.alerting.alert.AlertRuleActor;
import io.pharos.alerting.rule.Rule;
import io.pharos.alerting.rule.RuleGroup;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.sample.StaleMarker;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a running group keeps for each of its rules: how it stands and, for an alerting rule, the actor of its alerts; and the
 * series of rules that left. Used by the group's actor only.
 */
final class GroupRules {
    private final ActorContext<?> context;
    private final RuleGroupActor.Deps deps;
    private final ActorRef<AlertRuleActor.Alerts> alertsKnown;
    private final Map<String, Running> alertActors = new HashMap<>();
    private final Map<String, RuleProgress> progressById = new HashMap<>();
    private final Set<Labels> orphans = new HashSet<>();

    /** An alerting rule's actor and what it was told to be. */
    private record Running(ActorRef<AlertRuleActor.Command> actor, AlertRuleActor.Definition definition) {}

    /**
     * No rules yet.
     *
     * @param context of the group, whose children the actors are
     * @param alertsKnown where they tell their alerts
     */
    GroupRules(ActorContext<?> context, RuleGroupActor.Deps deps, ActorRef<AlertRuleActor.Alerts> alertsKnown) {
        this.context = context;
        this.deps = deps;
        this.alertsKnown = alertsKnown;
    }

    /** The group's rules, and what goes out with their alerts, are these from now on; rules that stay keep what they have. */
    void enter(RuleGroup group) {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < group.rules().size(); i++) {
            Rule rule = group.rules().get(i);
            String id = RuleProgress.id(rule, i);
            ids.add(id);
            progressById.computeIfAbsent(id, fresh -> new RuleProgress());
            if (rule instanceof Rule.Alerting alerting) {
                AlertRuleActor.Definition definition = new AlertRuleActor.Definition(
                        alerting,
                        group.interval(),
                        deps.definitions().externalLabels(),
                        deps.definitions().externalUrl());
                Running running = alertActors.get(id);
                if (running == null) {
                    alertActors.put(id, new Running(spawn(definition), definition));
                } else if (!running.definition.equals(definition)) {
                    running.actor.tell(new AlertRuleActor.Reconfigured(definition));
                    alertActors.put(id, new Running(running.actor, definition));
                }
            }
        }
        keepOnly(ids);
    }

    /** The group has no rules any more. */
    void leave() {
        keepOnly(Set.of());
    }

    private ActorRef<AlertRuleActor.Command> spawn(AlertRuleActor.Definition definition) {
        ActorRef<AlertRuleActor.Command> actor = context.spawnAnonymous(AlertRuleActor.create(
                definition, deps.alertSettings(), deps.journal(), deps.alertSink(), deps.clock(), alertsKnown));
        context.watch(actor); // if it fails so does the group, which the next keep-alive starts again
        return actor;
    }

    private void keepOnly(Set<String> kept) {
        progressById.entrySet().removeIf(entry -> {
            if (kept.contains(entry.getKey())) {
                return false;
            }
            orphans.addAll(entry.getValue().written);
            return true;
        });
        alertActors.entrySet().removeIf(entry -> {
            if (kept.contains(entry.getKey())) {
                return false;
            }
            context.unwatch(entry.getValue().actor);
            context.stop(entry.getValue().actor);
            return true;
        });
    }

    /** The actor of a rule's alerts; null where the rule has none. */
    @Nullable
    ActorRef<AlertRuleActor.Command> alertActor(String ruleId) {
        Running running = alertActors.get(ruleId);
        return running == null ? null : running.actor;
    }

    /** How a rule stands. */
    RuleProgress progress(Rule rule, int index) {
        return progressById.computeIfAbsent(RuleProgress.id(rule, index), fresh -> new RuleProgress());
    }

    /** The same by its id; null where the group has no such rule any more. */
    @Nullable
    RuleProgress progress(String ruleId) {
        return progressById.get(ruleId);
    }

    /** Whether rules that left wrote series that no rule has ended. */
    boolean hasOrphans() {
        return !orphans.isEmpty();
    }

    /** Stale markers for the series of rules that left, but for those that another rule of the group writes now; forgets them. */
    SampleBatch endOrphans(long nowMillis) {
        progressById.values().forEach(progress -> orphans.removeAll(progress.written));
        SampleBatchBuilder batch = new SampleBatchBuilder();
        orphans.forEach(labels -> batch.add(labels, nowMillis, StaleMarker.VALUE));
        orphans.clear();
        return batch.build();
    }
}
