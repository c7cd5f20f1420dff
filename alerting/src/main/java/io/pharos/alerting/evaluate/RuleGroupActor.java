package io.pharos.alerting.evaluate;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.pharos.alerting.alert.AlertRecord;
import io.pharos.alerting.alert.AlertRuleActor;
import io.pharos.alerting.alert.AlertSettings;
import io.pharos.alerting.alert.AlertSink;
import io.pharos.alerting.journal.Adopted;
import io.pharos.alerting.journal.AlertingSerializable;
import io.pharos.alerting.journal.JournalDeps;
import io.pharos.alerting.rule.RuleGroup;
import io.pharos.alerting.view.RuleGroupStatus;
import io.pharos.alerting.view.RuleStatus;
import io.pharos.promql.query.QueryService;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.sample.SampleSink;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One rule group, once in the cluster: evaluates its rules in order, all at one time of its grid. */
public final class RuleGroupActor extends AbstractBehavior<RuleGroupActor.Command> implements GroupEvaluation.Owner {
    /* A tick that comes while an evaluation is under way is missed, and counted. A group that has left the configuration ends its
     * series after two intervals, in case another group took them over, and stops. */

    /** What the actor takes. */
    public sealed interface Command {}

    /** Look at the configuration again; also what starts a group. */
    public record Refresh() implements Command, AlertingSerializable {}

    /**
     * How are things? Answered in pages.
     *
     * @param fromRule the place of the first rule wanted
     * @param fromAlert and of that rule's first alert wanted
     */
    public record GetStatus(int fromRule, int fromAlert, ActorRef<StatusPage> replyTo)
            implements Command, AlertingSerializable {}

    /**
     * A page of a group's status.
     *
     * @param status with the rules and alerts of this page only
     * @param nextRule where the next page begins, as {@link GetStatus} asks for it; -1 where there is none
     */
    public record StatusPage(RuleGroupStatus status, int nextRule, int nextAlert) implements AlertingSerializable {}

    /**
     * Alerts of a rule that another process told of without having recorded them; answered when they are recorded here. It may
     * come more than once.
     *
     * @param leftAtMillis when that process wrote last
     */
    public record Adopt(
            String ruleId, long leftAtMillis, List<AlertRecord> alerts, Adopted answer, ActorRef<Adopted> replyTo)
            implements Command, AlertingSerializable {}

    /** The cluster moves the group, or the node stops. */
    public record Stop() implements Command, AlertingSerializable {}

    private record Tick(long schedule, long atMillis) implements Command {}

    private record Evaluating(GroupEvaluation.Signal signal) implements Command {}

    private record AlertsKnown(AlertRuleActor.Alerts alerts) implements Command {}

    private record EndOrphans() implements Command {}

    /** What a group works with; the same for all groups of a node. */
    public record Deps(
            EvaluationSettings settings,
            AlertSettings alertSettings,
            RuleDefinitions definitions,
            QueryService queries,
            SampleSink sink,
            AlertSink alertSink,
            JournalDeps journal,
            InstantSource clock,
            EvaluationMetrics metrics) {}

    private static final long STUCK_MILLIS = 60_000;

    private final String key;
    private final Deps deps;
    private final GroupRules rules;
    private final GroupEvaluation evaluation;
    private @Nullable RuleGroup group;
    private EvaluationGrid grid = new EvaluationGrid(1, 0);
    private long schedule;
    private long missed;
    private Duration evaluationTime = Duration.ZERO;
    private @Nullable Instant lastEvaluation;

    /** A group by its key. It does nothing before the first {@link Refresh}. */
    public static Behavior<Command> create(String key, Deps deps) {
        return Behaviors.setup(context -> new RuleGroupActor(context, key, deps));
    }

    private RuleGroupActor(ActorContext<Command> context, String key, Deps deps) {
        super(context);
        this.key = key;
        this.deps = deps;
        this.rules =
                new GroupRules(context, deps, context.messageAdapter(AlertRuleActor.Alerts.class, AlertsKnown::new));
        this.evaluation = new GroupEvaluation(context, Evaluating::new, deps, rules, this);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Refresh.class, command -> onRefresh())
                .onMessage(GetStatus.class, this::onGetStatus)
                .onMessage(Adopt.class, this::onAdopt)
                .onMessage(Stop.class, command -> Behaviors.stopped())
                .onMessage(Tick.class, this::onTick)
                .onMessage(Evaluating.class, this::onEvaluating)
                .onMessage(AlertsKnown.class, this::onAlertsKnown)
                .onMessage(EndOrphans.class, command -> onEndOrphans())
                .onSignal(akka.actor.typed.PostStop.class, stopped -> onStopped())
                .build();
    }

    private Behavior<Command> onStopped() {
        deps.metrics().times.gone(key);
        return this;
    }

    private Behavior<Command> onRefresh() {
        Optional<RuleGroup> found = deps.definitions().group(key);
        RuleGroup before = group;
        if (found.isEmpty()) {
            if (before == null) {
                return rules.hasOrphans() ? this : Behaviors.stopped(); // those are ended first
            }
            leave(before);
            return this;
        }
        RuleGroup now = found.get();
        if (now.equals(before)) {
            rules.enter(now); // what goes out with its alerts may have changed all the same
        } else {
            enter(now, before);
        }
        return this;
    }

    private Behavior<Command> onAdopt(Adopt adopt) {
        ActorRef<AlertRuleActor.Command> actor = rules.alertActor(adopt.ruleId());
        if (actor != null) {
            actor.tell(new AlertRuleActor.Adopt(adopt.leftAtMillis(), adopt.alerts(), adopt.answer(), adopt.replyTo()));
        }
        return this;
    }

    private void enter(RuleGroup now, @Nullable RuleGroup before) {
        group = now;
        evaluation.abandonFor(now);
        boolean gridMoved = before == null || !before.interval().equals(now.interval());
        rules.enter(now);
        awaitOrphans(now.interval());
        if (gridMoved) {
            schedule++;
            grid = EvaluationGrid.of(key, now.interval().toMillis());
            schedule(grid.after(deps.clock().millis() - 1));
            deps.metrics().times.at(now, deps.clock().instant());
        }
    }

    /** Series of rules that are gone end after two intervals. */
    private void awaitOrphans(Duration interval) {
        if (rules.hasOrphans()) {
            getContext().scheduleOnce(interval.multipliedBy(2), getContext().getSelf(), new EndOrphans());
        }
    }

    private void leave(RuleGroup before) {
        group = null;
        deps.metrics().times.gone(key);
        evaluation.abandonFor(null);
        rules.leave();
        awaitOrphans(before.interval());
        if (!rules.hasOrphans()) {
            getContext().getSelf().tell(new Stop());
        }
    }

    private Behavior<Command> onEndOrphans() {
        SampleBatch ended = rules.endOrphans(deps.clock().millis());
        if (ended.sampleCount() > 0) {
            deps.sink().append(ended, deps.clock().instant().plusSeconds(10));
        }
        return group == null ? Behaviors.stopped() : this;
    }

    private void schedule(long at) {
        Duration wait = Duration.ofMillis(Math.max(0, at - deps.clock().millis()));
        getContext().scheduleOnce(wait, getContext().getSelf(), new Tick(schedule, at));
    }

    private Behavior<Command> onTick(Tick tick) {
        RuleGroup now = group;
        if (now == null || tick.schedule() != schedule) {
            return this; // the group left, or its interval changed and another tick is under way
        }
        long present = deps.clock().millis();
        long slot = Math.max(tick.atMillis(), grid.atOrBefore(present));
        schedule(grid.after(slot));
        long skipped = (slot - tick.atMillis()) / grid.intervalMillis() + (evaluation.isUnderWay() ? 1 : 0);
        if (skipped > 0) {
            missed += skipped;
            deps.metrics().missed.inc(skipped);
        }
        if (!evaluation.isUnderWay()) {
            evaluation.begin(slot);
        } else if (present - evaluation.atMillis() > Math.max(STUCK_MILLIS, 3 * grid.intervalMillis())) {
            evaluation.skip("the evaluation did not end in time");
        }
        return this;
    }

    private Behavior<Command> onEvaluating(Evaluating evaluating) {
        evaluation.on(evaluating.signal());
        return this;
    }

    private Behavior<Command> onAlertsKnown(AlertsKnown known) {
        evaluation.onAlerts(known.alerts());
        return this;
    }

    @Override
    public void evaluated(long atMillis, Duration took) {
        RuleGroup now = group;
        if (now == null) {
            return;
        }
        evaluationTime = took;
        lastEvaluation = Instant.ofEpochMilli(atMillis);
        deps.metrics().seconds.observe(took.toNanos() / 1e9);
        deps.metrics().lag.observe((deps.clock().millis() - atMillis) / 1e3);
        deps.metrics().times.at(now, Instant.ofEpochMilli(atMillis));
    }

    private Behavior<Command> onGetStatus(GetStatus get) {
        Behavior<Command> next = group == null ? onRefresh() : this;
        RuleGroup now = group;
        if (now == null) {
            return next;
        }
        List<RuleStatus> all = new ArrayList<>();
        for (int i = 0; i < now.rules().size(); i++) {
            all.add(rules.progress(now.rules().get(i), i).status(now.rules().get(i)));
        }
        StatusPages.Cut cut = StatusPages.cut(all, get.fromRule, get.fromAlert);
        get.replyTo()
                .tell(new StatusPage(
                        new RuleGroupStatus(
                                now.name(),
                                now.file(),
                                now.interval(),
                                now.limit(),
                                cut.rules(),
                                evaluationTime,
                                lastEvaluation,
                                missed,
                                true),
                        cut.nextRule(),
                        cut.nextAlert()));
        return this;
    }
}
