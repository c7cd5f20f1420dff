package io.pharos.alerting.evaluate;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import io.pharos.alerting.alert.AlertElement;
import io.pharos.alerting.alert.AlertRuleActor;
import io.pharos.alerting.rule.Rule;
import io.pharos.alerting.rule.RuleGroup;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.SampleBatch;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The evaluation of a group that is under way, if one is: its rules in order, each from its query to its series. Used by the
 * group's actor only.
 */
final class GroupEvaluation {
    /* A chain of messages: query, (templates, alert actor,) series, next rule. Each carries the run it belongs to; a message of an
     * older run is left aside. */

    /** What the actor passes back to {@link #on}. */
    sealed interface Signal {}

    private record Queried(long run, int rule, @Nullable QueryResult result, String error) implements Signal {}

    private record Expanded(long run, int rule, List<AlertElement> elements) implements Signal {}

    private record Written(long run, int rule, String error) implements Signal {}

    private record WrittenLate(long run, int rule) implements Signal {}

    /** Told, inside {@link #on} or {@link #begin}, when the last rule is done. */
    interface Owner {
        /** All rules were evaluated as of a time. */
        void evaluated(long atMillis, Duration took);
    }

    private static final int NONE = -1;

    private final RuleGroupActor.Deps deps;
    private final GroupRules rules;
    private final Owner owner;
    private final ActorRef<Signal> self;
    private final BiConsumer<Duration, Signal> timer;
    private @Nullable RuleGroup group;
    private long run;
    private int rule = NONE;
    private long atMillis;
    private long startedNanos;
    private long ruleStartedNanos;
    private boolean sinkSlow;

    /** @param wrap makes a message of the actor's own from a signal */
    <C> GroupEvaluation(
            ActorContext<C> context,
            Function<Signal, C> wrap,
            RuleGroupActor.Deps deps,
            GroupRules rules,
            Owner owner) {
        this.deps = deps;
        this.rules = rules;
        this.owner = owner;
        this.self = context.messageAdapter(Signal.class, wrap::apply);
        this.timer = (wait, signal) -> context.scheduleOnce(wait, self, signal);
    }

    /** The rules are these from now on, null for none; what is under way comes to nothing. */
    void abandonFor(@Nullable RuleGroup now) {
        group = now;
        run++;
        rule = NONE;
    }

    boolean isUnderWay() {
        return rule != NONE;
    }

    /** The time the evaluation under way, or the last one, is of. */
    long atMillis() {
        return atMillis;
    }

    /** Begins an evaluation; none may be under way. */
    void begin(long slotMillis) {
        run++;
        atMillis = slotMillis;
        startedNanos = System.nanoTime();
        sinkSlow = false;
        evaluate(0);
    }

    /** Gives up on the rule under way, which did not answer, and goes on with the next one. */
    void skip(String error) {
        int stuck = rule;
        run++;
        failed(stuck, error);
    }

    private void evaluate(int index) {
        RuleGroup now = group;
        if (now == null) {
            return;
        }
        if (index >= now.rules().size()) {
            rule = NONE;
            owner.evaluated(atMillis, Duration.ofNanos(System.nanoTime() - startedNanos));
            return;
        }
        rule = index;
        ruleStartedNanos = System.nanoTime();
        deps.metrics().evaluations.inc();
        long thisRun = run;
        tell(
                deps.queries().instant(now.rules().get(index).expression(), queryMillis(now), options(now)),
                (result, fault) -> new Queried(
                        thisRun, index, fault == null ? result : null, fault == null ? "" : message(fault)));
    }

    private <T> void tell(CompletionStage<T> stage, BiFunction<@Nullable T, @Nullable Throwable, Signal> signal) {
        stage.whenComplete((result, fault) -> self.tell(signal.apply(result, fault)));
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

    /** Takes a signal that came back through the actor's mailbox. */
    void on(Signal signal) {
        if (signal instanceof Queried queried && isCurrent(queried.run(), queried.rule())) {
            onQueried(queried);
        } else if (signal instanceof Expanded expanded && isCurrent(expanded.run(), expanded.rule())) {
            onExpanded(expanded);
        } else if (signal instanceof Written written && isCurrent(written.run(), written.rule())) {
            done(written.rule(), written.error());
        } else if (signal instanceof WrittenLate late && isCurrent(late.run(), late.rule())) {
            // The store is busy or away: the samples are under way, the next rules must not wait for it.
            sinkSlow = true;
            done(late.rule(), "");
        }
    }

    private boolean isCurrent(long ofRun, int ofRule) {
        return ofRun == run && ofRule == rule && group != null;
    }

    private RuleGroup current() {
        return java.util.Objects.requireNonNull(group);
    }

    private Rule rule(int index) {
        return current().rules().get(index);
    }

    private RuleProgress progress(int index) {
        return rules.progress(rule(index), index);
    }

    private void onQueried(Queried queried) {
        RuleGroup now = current();
        QueryResult result = queried.result();
        if (result == null) {
            failed(queried.rule(), queried.error());
            return;
        }
        Rule evaluated = rule(queried.rule());
        try {
            if (evaluated instanceof Rule.Alerting alerting) {
                expand(queried, alerting, result);
            } else {
                Map<Labels, RuleSample> series =
                        RuleSeries.recorded(evaluated.name(), evaluated.labels(), result.value());
                if (now.limit() > 0 && series.size() > now.limit()) {
                    failed(queried.rule(), exceeded(now, series.size(), "series"));
                    return;
                }
                write(queried.rule(), series);
            }
        } catch (RuntimeException e) {
            failed(queried.rule(), message(e));
        }
    }

    private void expand(Queried queried, Rule.Alerting alerting, QueryResult result) {
        RuleGroup now = current();
        long thisRun = run;
        QueryOptions options = QueryOptions.defaults().withTimeout(now.interval());
        TemplateExpansion expansion =
                new TemplateExpansion(alerting, deps.queries(), options, queryMillis(now), deps.definitions());
        tell(
                expansion.expand(RuleSeries.elements(result.value())),
                (elements, fault) -> elements == null
                        ? new Queried(
                                thisRun,
                                queried.rule(),
                                null,
                                fault == null ? "templates had no result" : message(fault))
                        : new Expanded(thisRun, queried.rule(), elements));
    }

    private static String exceeded(RuleGroup now, int count, String what) {
        return "exceeded limit of " + now.limit() + " with " + count + " " + what;
    }

    private void onExpanded(Expanded expanded) {
        RuleGroup now = current();
        int index = expanded.rule();
        ActorRef<AlertRuleActor.Command> actor = rules.alertActor(RuleProgress.id(rule(index), index));
        Set<Map<String, String>> distinct = new HashSet<>();
        for (AlertElement element : expanded.elements()) {
            if (!distinct.add(element.labels())) {
                failed(
                        index,
                        "vector contains metrics with the same labelset after applying alert labels: "
                                + Labels.of(element.labels()));
                return;
            }
        }
        if (actor == null) {
            failed(index, "the rule's alerts are not ready");
        } else if (now.limit() > 0 && distinct.size() > now.limit()) {
            progress(index).overflow = exceeded(now, distinct.size(), "alerts");
            actor.tell(new AlertRuleActor.Overflowed(atMillis));
        } else {
            actor.tell(new AlertRuleActor.Evaluated(atMillis, expanded.elements()));
        }
    }

    /** What a rule's alerts are now, asked for by an evaluation or not. */
    void onAlerts(AlertRuleActor.Alerts alerts) {
        RuleProgress progress = rules.progress(alerts.ruleId());
        if (progress == null) {
            return;
        }
        progress.alerts = alerts.alerts();
        boolean asked = isUnderWay()
                && alerts.evaluatedAtMillis() == atMillis
                && RuleProgress.id(rule(rule), rule).equals(alerts.ruleId());
        if (asked) {
            write(rule, RuleSeries.alerts(rule(rule).name(), alerts.alerts()));
        } else if (alerts.evaluatedAtMillis() == 0 && progress.written.isEmpty()) {
            progress.written = Set.copyOf(
                    RuleSeries.alerts(nameOf(alerts.ruleId()), alerts.alerts()).keySet());
        }
    }

    private String nameOf(String ruleId) {
        RuleGroup now = group;
        return now == null
                ? ""
                : now.alertingRules().stream()
                        .filter(alerting -> alerting.id().equals(ruleId))
                        .map(Rule::name)
                        .findFirst()
                        .orElse("");
    }

    /** Writes a rule's series and ends those that are no longer there. */
    private void write(int index, Map<Labels, RuleSample> series) {
        RuleGroup now = current();
        long thisRun = run;
        SampleBatch batch = progress(index).batch(series, queryMillis(now));
        if (batch.sampleCount() == 0) {
            done(index, "");
            return;
        }
        Instant deadline =
                deps.clock().instant().plusMillis(Math.max(1000, now.interval().toMillis()));
        tell(
                deps.sink().append(batch, deadline),
                (result, fault) -> new Written(thisRun, index, writeError(result, fault)));
        timer.accept(sinkSlow ? Duration.ZERO : deps.settings().appendPatience(), new WrittenLate(thisRun, index));
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
}
