package io.pharos.alerting.notify;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.pharos.alerting.alert.OutgoingAlert;
import io.pharos.alerting.journal.Adopted;
import io.pharos.alerting.journal.AlertingSerializable;
import io.pharos.alerting.journal.JournalDeps;
import io.pharos.alerting.journal.JournalEvent;
import io.pharos.alerting.journal.JournalState;
import io.pharos.alerting.journal.Recorder;
import io.pharos.alerting.notify.NotificationEvents.NotificationDelivered;
import io.pharos.alerting.notify.NotificationEvents.NotificationFailed;
import io.pharos.alerting.notify.NotificationEvents.NotificationIntended;
import io.pharos.alerting.notify.NotificationEvents.NotificationSummarized;
import io.pharos.alerting.route.AlertmanagerConfiguration;
import io.pharos.alerting.route.Receiver;
import io.pharos.alerting.route.Route;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One notification group, once in the cluster: what it is about to tell is recorded, then told, then recorded as told. */
public final class NotificationGroupActor extends AbstractBehavior<NotificationGroupActor.Command>
        implements Recorder.Owner, Deliveries.Owner {
    /* Alerts are not recorded here: their own actors tell them again after a restart, at once and every resend delay. A look at
     * the group (flush) comes a group wait after its first alert, then every group interval; a webhook whose last message is
     * still under way is looked at when that is over. A notification that was intended when the node died goes out as soon as
     * the alerts in it are known again, with the same key. A group without alerts ends. */

    /** What the actor takes. */
    public sealed interface Command {}

    /**
     * Alerts of the group, firing or over.
     *
     * @param routeKey of the route that took them
     */
    public record Offer(
            String routeKey,
            String receiver,
            Map<String, String> groupLabels,
            String groupKey,
            List<OutgoingAlert> alerts)
            implements Command, AlertingSerializable {}

    /** The cluster moves the group, or the node stops. */
    public record Stop() implements Command, AlertingSerializable {}

    /**
     * What another process told the group's webhooks without having recorded it; answered when that is recorded here. It may
     * come more than once.
     */
    public record Adopt(List<Notified> webhooks, Adopted answer, ActorRef<Adopted> replyTo)
            implements Command, AlertingSerializable {}

    private record Flush(long round) implements Command {}

    private record DeliverySignalled(Deliveries.Signal signal) implements Command {}

    private record Signalled(Recorder.Signal signal) implements Command {}

    /** What a group works with; the same for all groups of a node. */
    public record Deps(
            NotifySettings settings,
            RouteDefinitions routes,
            WebhookSender sender,
            JournalDeps journal,
            NotificationLog log,
            InstantSource clock) {}

    private static final Duration RETRY_WINDOW_MIN = Duration.ofSeconds(10);
    private static final Duration RECOVERED_WAIT_MAX = Duration.ofSeconds(10);

    private final Deps deps;
    private final Runnable passivate;
    private final Recorder recorder;
    private final HeldAlerts alerts;
    private final Deliveries deliveries;
    private @Nullable Offer address;
    private long flushRound;
    private long flushAtMillis = Long.MAX_VALUE;
    private boolean flushed;
    private boolean flushDue;
    private long begunMillis;

    /**
     * A group.
     *
     * @param passivate asks the cluster to end the entity it is given; that is then sent {@link Stop}
     */
    public static Behavior<Command> create(String entityId, Deps deps, Consumer<ActorRef<Command>> passivate) {
        return Behaviors.setup(context -> new NotificationGroupActor(context, entityId, deps, passivate));
    }

    private NotificationGroupActor(
            ActorContext<Command> context, String entityId, Deps deps, Consumer<ActorRef<Command>> passivate) {
        super(context);
        this.deps = deps;
        this.alerts = new HeldAlerts(deps.settings().groupAlertsMax());
        this.passivate = () -> passivate.accept(context.getSelf());
        this.deliveries = new Deliveries(context, DeliverySignalled::new, entityId, deps, this);
        this.recorder = Recorder.start(
                context,
                Signalled::new,
                "notification-group|" + entityId,
                NotificationGroupState.EMPTY,
                deps.journal(),
                this);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Offer.class, this::onOffer)
                .onMessage(Adopt.class, this::onAdopt)
                .onMessage(Flush.class, this::onFlush)
                .onMessage(DeliverySignalled.class, this::onDeliverySignalled)
                .onMessage(Signalled.class, this::onSignalled)
                .onMessage(Stop.class, command -> stop())
                .build();
    }

    private Behavior<Command> stop() {
        deliveries.stop();
        return Behaviors.stopped();
    }

    private Behavior<Command> onOffer(Offer offer) {
        address = offer;
        deps.log().refused(alerts.take(offer.alerts()));
        Route route = route();
        if (route == null) {
            passivate.run(); // this node's configuration has no such group, so it has nobody to tell
        } else if (flushAtMillis == Long.MAX_VALUE) {
            long now = deps.clock().millis();
            long wait = route.groupWait().toMillis();
            boolean late = offer.alerts().stream().anyMatch(alert -> alert.startsAtMillis() + wait < now);
            scheduleFlush(late ? Duration.ZERO : route.groupWait());
        }
        if (recorder.isBegun()) {
            hasteIntended();
        }
        return this;
    }

    private Behavior<Command> onAdopt(Adopt adopt) {
        if (!recorder.knowsJournal()) {
            return this; // it comes again
        }
        List<Notified> joined = LeftBehindNotified.joined(state().webhooks(), adopt.webhooks());
        if (!joined.equals(state().webhooks())) {
            long now = deps.clock().millis();
            recorder.record(
                    new NotificationSummarized(NotificationEvents.VERSION, recorder.nextSequence(now), now, joined));
        } else if (recorder.isRecorded()) {
            adopt.replyTo().tell(adopt.answer());
            if (alerts.isEmpty() && deliveries.isEmpty()) {
                passivate.run();
            }
        }
        return this;
    }

    /** After a restart: what was being told when the node died goes out as soon as all its alerts are here again. */
    private void hasteIntended() {
        if (flushed || flushAtMillis <= deps.clock().millis()) {
            return;
        }
        List<String> intended = state().webhooks().stream()
                .flatMap(known -> known.intendedFiring().stream())
                .toList();
        if (!intended.isEmpty() && alerts.fingerprints().containsAll(intended)) {
            scheduleFlush(Duration.ZERO);
        }
    }

    private NotificationGroupState state() {
        return (NotificationGroupState) recorder.current();
    }

    private @Nullable Route route() {
        Offer known = address;
        return known == null
                ? null
                : deps.routes()
                        .alertmanager()
                        .flatMap(config -> config.root().find(known.routeKey(), known.receiver()))
                        .orElse(null);
    }

    private List<Receiver.Webhook> webhooks() {
        Offer known = address;
        Optional<AlertmanagerConfiguration> config = deps.routes().alertmanager();
        return known == null
                ? List.of()
                : config.flatMap(found -> found.receiver(known.receiver()))
                        .map(Receiver::webhooks)
                        .orElse(List.of());
    }

    private void scheduleFlush(Duration wait) {
        flushRound++;
        flushAtMillis = deps.clock().millis() + wait.toMillis();
        getContext().scheduleOnce(wait, getContext().getSelf(), new Flush(flushRound));
    }

    private Behavior<Command> onFlush(Flush flush) {
        if (flush.round() != flushRound) {
            return this;
        }
        if (!recorder.isBegun()) {
            flushDue = true; // what was told before decides what is told now; the wait is bounded by the patience
            return this;
        }
        flushDue = false;
        Route route = route();
        if (route == null) {
            passivate.run(); // the configuration no longer has this group
            return this;
        }
        if (!flushed && awaitsIntended()) {
            scheduleFlush(Duration.ofSeconds(1));
            return this;
        }
        flushed = true;
        scheduleFlush(route.groupInterval());
        look(route);
        return this;
    }

    /** Whether alerts of a notification that the last process left open are still missing, and may yet come. */
    private boolean awaitsIntended() {
        List<String> present = alerts.fingerprints();
        long now = deps.clock().millis();
        return state().webhooks().stream()
                .anyMatch(known -> !present.containsAll(known.intendedFiring())
                        && now - begunMillis < RECOVERED_WAIT_MAX.toMillis());
    }

    private void look(Route route) {
        List<Receiver.Webhook> webhooks = webhooks();
        for (int i = 0; i < webhooks.size(); i++) {
            if (!deliveries.isUnderWay(i)) {
                look(route, i, webhooks.get(i));
            }
        }
        forgetResolved(webhooks);
    }

    private void look(Route route, int integration, Receiver.Webhook webhook) {
        Offer to = java.util.Objects.requireNonNull(address);
        long now = deps.clock().millis();
        List<GroupAlert> all = alerts.at(now);
        List<String> firing = fingerprints(all, true);
        List<String> resolved = fingerprints(all, false);
        Notified known = state().of(integration);
        boolean due = Deduplication.isDue(known, firing, resolved, webhook.sendResolved(), route.repeatInterval(), now);
        if (!due && !mayHaveBeenToldBefore(known, webhook, resolved)) {
            return;
        }
        List<GroupAlert> told = all.stream()
                .filter(alert -> alert.firing() || webhook.sendResolved())
                .toList();
        String content = told.stream().map(GroupAlert::content).collect(Collectors.joining("\n"));
        String key = GroupIdentity.notification(to.receiver(), to.groupKey(), integration, known.ordinal(), content);
        if (told.isEmpty()) {
            delivered(integration, known.ordinal(), key, firing, resolved, 0, 0); // nothing it wants to hear
            return;
        }
        NotificationIntended intent = new NotificationIntended(
                NotificationEvents.VERSION,
                recorder.nextSequence(now),
                now,
                integration,
                known.ordinal(),
                key,
                firing,
                resolved);
        byte[] body = WebhookMessage.of(
                to.groupKey(),
                to.receiver(),
                to.groupLabels(),
                told,
                webhook.alertsMax(),
                deps.routes().externalUrl());
        long window =
                Math.max(RETRY_WINDOW_MIN.toMillis(), route.groupInterval().toMillis());
        deliveries.add(new Deliveries.Message(to.groupKey(), to.receiver(), webhook, intent, body, now + window));
        recorder.record(intent);
        sendSettled();
    }

    /** While the journal cannot be read nobody knows whether an alert that is over was told: better its end twice than never. */
    private boolean mayHaveBeenToldBefore(Notified known, Receiver.Webhook webhook, List<String> resolved) {
        return !recorder.knowsJournal()
                && known.deliveredAtMillis() == 0
                && webhook.sendResolved()
                && !resolved.isEmpty();
    }

    private static List<String> fingerprints(List<GroupAlert> alerts, boolean firing) {
        return alerts.stream()
                .filter(alert -> alert.firing() == firing)
                .map(GroupAlert::fingerprint)
                .toList();
    }

    /** Sends what is recorded, or may go out unrecorded. */
    private void sendSettled() {
        if (recorder.isSettled()) {
            deliveries.send();
        }
    }

    private Behavior<Command> onDeliverySignalled(DeliverySignalled signalled) {
        deliveries.on(signalled.signal());
        return this;
    }

    @Override
    public void delivered(NotificationIntended intent, int attempts, int status) {
        delivered(
                intent.integration(),
                intent.ordinal(),
                intent.idempotencyKey(),
                intent.firing(),
                intent.resolved(),
                attempts,
                status);
        deps.log().delivered();
        forgetResolved(webhooks());
    }

    @Override
    public void givenUp(NotificationIntended intent, int attempts, String error, @Nullable Duration again) {
        deps.log().failed();
        long now = deps.clock().millis();
        recorder.record(new NotificationFailed(
                NotificationEvents.VERSION,
                recorder.nextSequence(now),
                now,
                intent.integration(),
                intent.ordinal(),
                intent.idempotencyKey(),
                attempts,
                error));
        if (again != null) {
            scheduleFlush(again); // with what the group holds by then
        }
    }

    private void delivered(
            int integration,
            long ordinal,
            String key,
            List<String> firing,
            List<String> resolved,
            int attempts,
            int status) {
        long now = deps.clock().millis();
        recorder.record(new NotificationDelivered(
                NotificationEvents.VERSION,
                recorder.nextSequence(now),
                now,
                integration,
                ordinal,
                key,
                firing,
                resolved,
                attempts,
                status));
    }

    /** Alerts that are over leave once every webhook was told, or has nothing to be told; a group without alerts ends. */
    private void forgetResolved(List<Receiver.Webhook> webhooks) {
        if (!deliveries.isEmpty()) {
            return;
        }
        long now = deps.clock().millis();
        NotificationGroupState state = state();
        alerts.forgetOver(now, fingerprint -> told(state, webhooks, fingerprint));
        if (alerts.isEmpty() && flushed && recorder.knowsJournal()) {
            passivate.run(); // not before the journal has what was told
        }
    }

    private static boolean told(NotificationGroupState state, List<Receiver.Webhook> webhooks, String fingerprint) {
        for (int i = 0; i < webhooks.size(); i++) {
            Notified known = state.of(i);
            boolean open = known.firing().contains(fingerprint)
                    || known.intendedFiring().contains(fingerprint);
            if (open && webhooks.get(i).sendResolved()) {
                return false;
            }
        }
        return true;
    }

    private Behavior<Command> onSignalled(Signalled signalled) {
        recorder.on(signalled.signal());
        return this;
    }

    @Override
    public void begun(JournalState state) {
        begunMillis = deps.clock().millis();
        if (flushDue) {
            scheduleFlush(Duration.ZERO);
        } else if (!alerts.isEmpty()) {
            hasteIntended();
        }
    }

    @Override
    public void reconcile(JournalState journal) {
        // What was told without the journal is newer than what it knows, and was added to it already.
        if (flushAtMillis != Long.MAX_VALUE && flushed) {
            scheduleFlush(Duration.ZERO);
        }
    }

    @Override
    public void settled(long sequence) {
        sendSettled();
    }

    @Override
    public JournalEvent whole(long sequence) {
        return new NotificationSummarized(
                NotificationEvents.VERSION, sequence, deps.clock().millis(), state().webhooks());
    }
}
