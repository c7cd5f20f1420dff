package io.pharos.alerting.evaluate;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.pharos.alerting.alert.AlertElement;
import io.pharos.alerting.alert.AlertRecord;
import io.pharos.alerting.alert.AlertRuleActor;
import io.pharos.alerting.alert.AlertSettings;
import io.pharos.alerting.alert.AlertSink;
import io.pharos.alerting.journal.Adopted;
import io.pharos.alerting.journal.AlertingSerializable;
import io.pharos.alerting.journal.JournalDeps;
import io.pharos.alerting.rule.Rule;
import io.pharos.alerting.rule.RuleGroup;
import io.pharos.alerting.view.RuleGroupStatus;
import io.pharos.alerting.view.RuleStatus;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryService;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.sample.SampleSink;
import io.pharos.timeseries.sample.StaleMarker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** One rule group, once in the cluster: evaluates its rules in order, all at one time of its grid. */
public final class RuleGroupActor extends AbstractBehavior<RuleGroupActor.Command> {
    /* One evaluation is a chain of messages: query, (templates, alert actor,) series, next rule. Each carries the run it belongs
     * to; a message of an older run is left aside. A tick that comes while a run is under way is missed, and counted. A group
     * that has left the configuration ends its series after two intervals, in case another group took them over, and stops. */

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

    private record Queried(long run, int rule, @Nullable QueryResult result, String error) implements Command {}

    private record Expanded(long run, int rule, List<AlertElement> elements) implements Command {}

    private record AlertsKnown(AlertRuleActor.Alerts alerts) implements Command {}

    private record Written(long run, int rule, String error) implements Command {}

    private record WrittenLate(long run, int rule) implements Command {}

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
    private @Nullable RuleGroup group;
    private EvaluationGrid grid = new EvaluationGrid(1, 0);
    private long run;
    private long schedule;
    private int ruleUnderWay = -1;
    private long atMillis;
    private long startedNanos;
    private long ruleStartedNanos;
    private boolean sinkSlow;
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
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Refresh.class, command -> onRefresh())
                .onMessage(GetStatus.class, this::onGetStatus)
                .onMessage(Adopt.class, this::onAdopt)
                .onMessage(Stop.class, command -> Behaviors.stopped())
                .onMessage(Tick.class, this::onTick)
                .onMessage(Queried.class, this::onQueried)
                .onMessage(Expanded.class, this::onExpanded)
                .onMessage(AlertsKnown.class, this::onAlertsKnown)
                .onMessage(Written.class, this::onWritten)
                .onMessage(WrittenLate.class, this::onWrittenLate)
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
                return Behaviors.stopped();
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
        run++;
        ruleUnderWay = -1;
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
        run++;
        ruleUnderWay = -1;
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
        long skipped = (slot - tick.atMillis()) / grid.intervalMillis() + (ruleUnderWay >= 0 ? 1 : 0);
        if (skipped > 0) {
            missed += skipped;
            deps.metrics().missed.inc(skipped);
        }
        if (ruleUnderWay >= 0 && present - atMillis > Math.max(STUCK_MILLIS, 3 * grid.intervalMillis())) {
            int stuck = ruleUnderWay;
            run++;
            failed(stuck, "the evaluation did not end in time");
        } else if (ruleUnderWay < 0) {
            run++;
            atMillis = slot;
            startedNanos = System.nanoTime();
            sinkSlow = false;
            evaluate(0);
        }
        return this;
    }

    private void evaluate(int index) {
        RuleGroup now = group;
        if (now == null) {
            return;
        }
        if (index >= now.rules().size()) {
            ruleUnderWay = -1;
            evaluationTime = Duration.ofNanos(System.nanoTime() - startedNanos);
            lastEvaluation = Instant.ofEpochMilli(atMillis);
            deps.metrics().seconds.observe(evaluationTime.toNanos() / 1e9);
            deps.metrics().lag.observe((deps.clock().millis() - atMillis) / 1e3);
            deps.metrics().times.at(now, Instant.ofEpochMilli(atMillis));
            return;
        }
        ruleUnderWay = index;
        ruleStartedNanos = System.nanoTime();
        deps.metrics().evaluations.inc();
        long thisRun = run;
        getContext()
                .pipeToSelf(
                        deps.queries().instant(now.rules().get(index).expression(), queryMillis(now), options(now)),
                        (result, fault) -> new Queried(
                                thisRun, index, fault == null ? result : null, fault == null ? "" : message(fault)));
    }

    private long queryMillis(RuleGroup now) {
        return atMillis - now.queryOffset().toMillis();
    }

    private static QueryOptions options(RuleGroup now) {
        return QueryOptions.defaults()
                .withTimeout(now.interval().multipliedBy(2))
                .withFreshness(now.interval());
    }

    private static String message(Throwable fault) {
        Throwable cause = fault;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private boolean isCurrent(long ofRun, int rule) {
        return ofRun == run && rule == ruleUnderWay && group != null;
    }

    private Rule rule(int index) {
        return java.util.Objects.requireNonNull(group).rules().get(index);
    }

    private RuleProgress progress(int index) {
        return rules.progress(rule(index), index);
    }

    private Behavior<Command> onQueried(Queried queried) {
        RuleGroup now = group;
        if (now == null || !isCurrent(queried.run(), queried.rule())) {
            return this;
        }
        QueryResult result = queried.result();
        if (result == null) {
            failed(queried.rule(), queried.error());
            return this;
        }
        Rule rule = rule(queried.rule());
        try {
            if (rule instanceof Rule.Alerting alerting) {
                long thisRun = run;
                QueryOptions options = QueryOptions.defaults().withTimeout(now.interval());
                TemplateExpansion expansion =
                        new TemplateExpansion(alerting, deps.queries(), options, queryMillis(now), deps.definitions());
                getContext()
                        .pipeToSelf(
                                expansion.expand(RuleSeries.elements(result.value())),
                                (elements, fault) -> elements == null
                                        ? new Queried(
                                                thisRun,
                                                queried.rule(),
                                                null,
                                                fault == null ? "templates had no result" : message(fault))
                                        : new Expanded(thisRun, queried.rule(), elements));
            } else {
                Map<Labels, RuleSample> series = RuleSeries.recorded(rule.name(), rule.labels(), result.value());
                limit(now, series.size(), "series");
                write(queried.rule(), series);
            }
        } catch (RuntimeException e) {
            failed(queried.rule(), message(e));
        }
        return this;
    }

    private static void limit(RuleGroup now, int count, String what) {
        if (now.limit() > 0 && count > now.limit()) {
            throw new IllegalStateException("exceeded limit of " + now.limit() + " with " + count + " " + what);
        }
    }

    private Behavior<Command> onExpanded(Expanded expanded) {
        RuleGroup now = group;
        if (now == null || !isCurrent(expanded.run(), expanded.rule())) {
            return this;
        }
        ActorRef<AlertRuleActor.Command> actor =
                rules.alertActor(RuleProgress.id(rule(expanded.rule()), expanded.rule()));
        Set<Map<String, String>> distinct = new HashSet<>();
        for (AlertElement element : expanded.elements()) {
            if (!distinct.add(element.labels())) {
                failed(
                        expanded.rule(),
                        "vector contains metrics with the same labelset after applying alert labels: "
                                + Labels.of(element.labels()));
                return this;
            }
        }
        if (actor == null) {
            failed(expanded.rule(), "the rule's alerts are not ready");
        } else if (now.limit() > 0 && distinct.size() > now.limit()) {
            progress(expanded.rule()).overflow =
                    "exceeded limit of " + now.limit() + " with " + distinct.size() + " alerts";
            actor.tell(new AlertRuleActor.Overflowed(atMillis));
        } else {
            actor.tell(new AlertRuleActor.Evaluated(atMillis, expanded.elements()));
        }
        return this;
    }

    private Behavior<Command> onAlertsKnown(AlertsKnown known) {
        AlertRuleActor.Alerts alerts = known.alerts();
        RuleProgress progress = rules.progress(alerts.ruleId());
        if (progress == null) {
            return this;
        }
        progress.alerts = alerts.alerts();
        boolean asked = ruleUnderWay >= 0
                && alerts.evaluatedAtMillis() == atMillis
                && RuleProgress.id(rule(ruleUnderWay), ruleUnderWay).equals(alerts.ruleId());
        if (asked) {
            write(ruleUnderWay, RuleSeries.alerts(rule(ruleUnderWay).name(), alerts.alerts()));
        } else if (alerts.evaluatedAtMillis() == 0 && progress.written.isEmpty()) {
            String name = nameOf(alerts.ruleId());
            progress.written =
                    Set.copyOf(RuleSeries.alerts(name, alerts.alerts()).keySet());
        }
        return this;
    }

    private String nameOf(String ruleId) {
        RuleGroup now = group;
        return now == null
                ? ""
                : now.rules().stream()
                        .filter(rule -> rule instanceof Rule.Alerting alerting
                                && alerting.id().equals(ruleId))
                        .map(Rule::name)
                        .findFirst()
                        .orElse("");
    }

    /** Writes a rule's series and ends those that are no longer there. */
    private void write(int index, Map<Labels, RuleSample> series) {
        RuleProgress progress = progress(index);
        long thisRun = run;
        long at = queryMillis(java.util.Objects.requireNonNull(group));
        SampleBatchBuilder batch = new SampleBatchBuilder();
        series.forEach((labels, sample) -> sample.addTo(batch.series(labels), at));
        for (Labels before : progress.written) {
            if (!series.containsKey(before)) {
                batch.add(before, at, StaleMarker.VALUE);
            }
        }
        progress.written = Set.copyOf(series.keySet());
        if (batch.sampleCount() == 0) {
            done(index, "");
            return;
        }
        Instant deadline = deps.clock().instant().plusMillis(Math.max(1000, grid.intervalMillis()));
        getContext()
                .pipeToSelf(
                        deps.sink().append(batch.build(), deadline),
                        (result, fault) -> new Written(thisRun, index, writeError(result, fault)));
        getContext()
                .scheduleOnce(
                        sinkSlow ? Duration.ZERO : deps.settings().appendPatience(),
                        getContext().getSelf(),
                        new WrittenLate(thisRun, index));
    }

    private static String writeError(@Nullable AppendResult result, @Nullable Throwable fault) {
        if (fault != null) {
            return message(fault);
        }
        if (result instanceof AppendResult.Unavailable unavailable) {
            return "its series could not be stored: " + unavailable.reason();
        }
        if (result instanceof AppendResult.Decided decided && decided.refused() > 0) {
            return decided.summary();
        }
        return "";
    }

    private Behavior<Command> onWritten(Written written) {
        if (isCurrent(written.run(), written.rule())) {
            done(written.rule(), written.error());
        }
        return this;
    }

    private Behavior<Command> onWrittenLate(WrittenLate late) {
        if (isCurrent(late.run(), late.rule())) {
            // The store is busy or away: the samples are under way, the next rules must not wait for it.
            sinkSlow = true;
            done(late.rule(), "");
        }
        return this;
    }

    private void failed(int index, String error) {
        deps.metrics().failures.inc();
        ActorRef<AlertRuleActor.Command> actor = rules.alertActor(RuleProgress.id(rule(index), index));
        if (actor != null) {
            actor.tell(new AlertRuleActor.NotEvaluated());
        }
        progress(index).ended(error, ruleStartedNanos, atMillis);
        evaluate(index + 1);
    }

    private void done(int index, String error) {
        RuleProgress progress = progress(index);
        String overflow = progress.overflow;
        progress.overflow = "";
        String first = overflow.isEmpty() ? error : overflow;
        if (!first.isEmpty()) {
            deps.metrics().failures.inc();
        }
        progress.ended(first, ruleStartedNanos, atMillis);
        evaluate(index + 1);
    }

    private Behavior<Command> onGetStatus(GetStatus get) {
        Behavior<Command> next = group == null ? onRefresh() : this;
        RuleGroup now = group;
        if (now == null) {
            return next;
        }
        List<RuleStatus> all = new ArrayList<>();
        for (int i = 0; i < now.rules().size(); i++) {
            all.add(progress(i).status(now.rules().get(i)));
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
