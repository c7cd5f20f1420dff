package io.pharos.alerting.alert;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.pharos.alerting.journal.Adopted;
import io.pharos.alerting.journal.JournalDeps;
import io.pharos.alerting.journal.JournalEvent;
import io.pharos.alerting.journal.JournalState;
import io.pharos.alerting.journal.Recorder;
import io.pharos.alerting.rule.Rule;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The alerts of one rule: their state is recorded before it is acted on, or acted on when the journal stays silent. */
public final class AlertRuleActor extends AbstractBehavior<AlertRuleActor.Command> implements Recorder.Owner {
    /* An evaluation that comes before there is a state waits for it, at most as long as the journal's patience. What an
     * evaluation decides is the state at once, and its series are written; telling the notification groups waits until the
     * recorder has settled it. */

    /** What the actor takes. */
    public sealed interface Command {}

    /** The rule was evaluated; answered by {@link Alerts}. */
    public record Evaluated(long atMillis, List<AlertElement> elements) implements Command {}

    /** The rule could not be evaluated: no state changes, firing alerts stay alive. */
    public record NotEvaluated() implements Command {}

    /** The rule was evaluated but gave more alerts than its group allows: all are forgotten. Answered by {@link Alerts}. */
    public record Overflowed(long atMillis) implements Command {}

    /** The rule is still the same one, but says something else now. */
    public record Reconfigured(Definition definition) implements Command {}

    /**
     * Alerts that another process told of without having recorded them; answered when they are recorded here. They join the
     * alerts with the next evaluation. It may come more than once.
     *
     * @param leftAtMillis when that process wrote last
     */
    public record Adopt(long leftAtMillis, List<AlertRecord> alerts, Adopted answer, ActorRef<Adopted> replyTo)
            implements Command {}

    private record Signalled(Recorder.Signal signal) implements Command {}

    /**
     * The alerts of the rule, told to its group after each evaluation and when they became known.
     *
     * @param evaluatedAtMillis the evaluation that this answers; 0 when none was asked
     */
    public record Alerts(String ruleId, long evaluatedAtMillis, List<AlertRecord> alerts) {}

    /**
     * What the rule is.
     *
     * @param interval of its group
     */
    public record Definition(
            Rule.Alerting rule, Duration interval, Map<String, String> externalLabels, String externalUrl) {}

    /** What the groups were told of an alert last, and when. */
    private record Sent(long atMillis, AlertPhase phase, long firedAtMillis) {}

    private final AlertSettings settings;
    private final AlertSink sink;
    private final InstantSource clock;
    private final ActorRef<Alerts> group;
    private final Recorder recorder;
    private final Map<Map<String, String>, Sent> sent = new HashMap<>();
    private Definition definition;
    private List<AlertRecord> alerts = List.of();
    private long evaluatedAtMillis;
    private final Map<Adopted, Adopt> adoptions = new LinkedHashMap<>();
    private @Nullable Command held;

    /** An actor for a rule; the persistence id is the rule's. */
    public static Behavior<Command> create(
            Definition definition,
            AlertSettings settings,
            JournalDeps journal,
            AlertSink sink,
            InstantSource clock,
            ActorRef<Alerts> group) {
        return Behaviors.setup(
                context -> new AlertRuleActor(context, definition, settings, journal, sink, clock, group));
    }

    private AlertRuleActor(
            ActorContext<Command> context,
            Definition definition,
            AlertSettings settings,
            JournalDeps journal,
            AlertSink sink,
            InstantSource clock,
            ActorRef<Alerts> group) {
        super(context);
        this.definition = definition;
        this.settings = settings;
        this.sink = sink;
        this.clock = clock;
        this.group = group;
        this.recorder =
                Recorder.start(context, Signalled::new, definition.rule().id(), AlertRuleState.EMPTY, journal, this);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Evaluated.class, this::onEvaluated)
                .onMessage(Overflowed.class, this::onOverflowed)
                .onMessage(NotEvaluated.class, command -> onNotEvaluated())
                .onMessage(Adopt.class, this::onAdopt)
                .onMessage(Reconfigured.class, this::onReconfigured)
                .onMessage(Signalled.class, this::onSignalled)
                .build();
    }

    private Behavior<Command> onEvaluated(Evaluated evaluated) {
        if (!recorder.isBegun()) {
            held = evaluated;
            return this;
        }
        joinAdopted(evaluated.atMillis());
        Rule.Alerting rule = definition.rule();
        apply(
                AlertTransitions.of(
                        alerts,
                        evaluated.elements(),
                        evaluated.atMillis(),
                        rule.holdFor(),
                        rule.keepFiringFor(),
                        settings.resolvedRetention()),
                evaluated.atMillis());
        return this;
    }

    private Behavior<Command> onOverflowed(Overflowed overflowed) {
        if (!recorder.isBegun()) {
            held = overflowed;
            return this;
        }
        List<AlertRecord> forgotten = alerts.stream()
                .filter(AlertRecord::isActive)
                .map(alert -> alert.in(AlertPhase.INACTIVE, 0, 0, 0))
                .toList();
        apply(new AlertTransitions(List.of(), forgotten), overflowed.atMillis());
        return this;
    }

    private void apply(AlertTransitions transitions, long atMillis) {
        evaluatedAtMillis = atMillis;
        alerts = transitions.alerts();
        group.tell(new Alerts(definition.rule().id(), atMillis, alerts));
        if (!transitions.changed().isEmpty()) {
            record(transitions.changed());
        }
        sendDue();
    }

    private void record(List<AlertRecord> changed) {
        recorder.record(new AlertsTransitioned(
                AlertsTransitioned.VERSION, recorder.nextSequence(clock.millis()), evaluatedAtMillis, changed));
    }

    private Behavior<Command> onNotEvaluated() {
        sendDue();
        return this;
    }

    private Behavior<Command> onAdopt(Adopt adopt) {
        if (recorder.isRecorded() && joined(adopt).changed().isEmpty()) {
            adopt.replyTo().tell(adopt.answer());
        } else {
            adoptions.put(adopt.answer(), adopt);
        }
        return this;
    }

    private AlertTransitions joined(Adopt adopt) {
        return LeftBehindAlerts.joined(alerts, adopt.alerts(), adopt.leftAtMillis());
    }

    /** Just before an evaluation, which then says whether they still fire. */
    private void joinAdopted(long atMillis) {
        for (Adopt adopt : adoptions.values()) {
            AlertTransitions transitions = joined(adopt);
            alerts = transitions.alerts();
            if (!transitions.changed().isEmpty()) {
                evaluatedAtMillis = atMillis;
                record(transitions.changed());
            }
        }
        adoptions.clear();
    }

    private Behavior<Command> onReconfigured(Reconfigured reconfigured) {
        definition = reconfigured.definition();
        return this;
    }

    private Behavior<Command> onSignalled(Signalled signalled) {
        recorder.on(signalled.signal());
        return this;
    }

    @Override
    public void begun(JournalState state) {
        alerts = ((AlertRuleState) state).alerts();
        Command waiting = held;
        held = null;
        if (waiting != null) {
            getContext().getSelf().tell(waiting);
        } else {
            group.tell(new Alerts(definition.rule().id(), 0, alerts));
        }
        getContext()
                .getSelf()
                .tell(new NotEvaluated()); // tells the groups what was firing before, without waiting for a tick
    }

    @Override
    public void reconcile(JournalState journal) {
        AlertTransitions transitions = AlertTransitions.reconciled(
                alerts,
                ((AlertRuleState) journal).alerts(),
                evaluatedAtMillis,
                definition.rule().holdFor());
        alerts = transitions.alerts();
        group.tell(new Alerts(definition.rule().id(), 0, alerts));
        if (!transitions.changed().isEmpty()) {
            record(transitions.changed());
        }
    }

    @Override
    public void settled(long sequence) {
        sendDue();
    }

    @Override
    public JournalEvent whole(long sequence) {
        return new AlertsTransitioned(AlertsTransitioned.VERSION, sequence, evaluatedAtMillis, alerts);
    }

    private void sendDue() {
        if (!recorder.isSettled()) {
            return;
        }
        long now = clock.millis();
        List<OutgoingAlert> due = new ArrayList<>();
        for (AlertRecord alert : alerts) {
            if (alert.phase() != AlertPhase.FIRING && alert.phase() != AlertPhase.RESOLVED) {
                continue;
            }
            Sent last = sent.get(alert.labels());
            if (last == null
                    || last.phase() != alert.phase()
                    || last.firedAtMillis() != alert.firedAtMillis()
                    || now - last.atMillis() >= settings.resendDelay().toMillis()) {
                sent.put(alert.labels(), new Sent(now, alert.phase(), alert.firedAtMillis()));
                due.add(outgoing(alert, now));
            }
        }
        if (sent.size() > alerts.size()) {
            Set<Map<String, String>> known = new HashSet<>();
            alerts.forEach(alert -> known.add(alert.labels()));
            sent.keySet().retainAll(known);
        }
        if (!due.isEmpty()) {
            sink.send(due);
        }
    }

    private OutgoingAlert outgoing(AlertRecord alert, long now) {
        Map<String, String> labels = new TreeMap<>(definition.externalLabels());
        labels.putAll(alert.labels());
        long life = 4
                * Math.max(
                        definition.interval().toMillis(), settings.resendDelay().toMillis());
        long ends = alert.phase() == AlertPhase.RESOLVED ? alert.resolvedAtMillis() : now + life;
        String expression = URLEncoder.encode(definition.rule().expression(), StandardCharsets.UTF_8);
        String url = definition.externalUrl() + "/graph?g0.expr=" + expression + "&g0.tab=1";
        return new OutgoingAlert(labels, alert.annotations(), alert.firedAtMillis(), ends, url);
    }
}
