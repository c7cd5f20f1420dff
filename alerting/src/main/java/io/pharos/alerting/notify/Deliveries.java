package io.pharos.alerting.notify;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import io.pharos.alerting.notify.NotificationEvents.NotificationIntended;
import io.pharos.alerting.route.Receiver;
import io.pharos.alerting.view.NotificationAttempt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one group that are under way, at most one a webhook: sent, tried again with growing waits, and ended when they
 * are taken, refused for good or too old. Used by the group's actor only.
 */
final class Deliveries {
    /** What the actor passes back to {@link #on}. */
    sealed interface Signal {}

    private record Retry(int integration, long delivery) implements Signal {}

    private record Attempted(int integration, long delivery, WebhookSender.Outcome outcome) implements Signal {}

    /** What the actor is told, always inside {@link #on}; the message is no longer under way then. */
    interface Owner {
        /** A webhook took its message. */
        void delivered(NotificationIntended intent, int attempts, int status);

        /**
         * A message was given up.
         *
         * @param again when it is worth trying with what the group holds by then; null when it was refused for good
         */
        void givenUp(NotificationIntended intent, int attempts, String error, @Nullable Duration again);
    }

    /**
     * A message to be told.
     *
     * @param deadlineMillis after which it is not tried again
     */
    record Message(
            String groupKey,
            String receiver,
            Receiver.Webhook webhook,
            NotificationIntended intent,
            byte[] body,
            long deadlineMillis) {}

    private static final class Delivery {
        final long id;
        final Message message;
        int attempts;
        boolean sent;

        Delivery(long id, Message message) {
            this.id = id;
            this.message = message;
        }
    }

    private final String entityId;
    private final NotificationGroupActor.Deps deps;
    private final Owner owner;
    private final ActorRef<Signal> self;
    private final BiConsumer<Duration, Signal> timer;
    private final Map<Integer, Delivery> byIntegration = new HashMap<>();
    private long ids;

    /** @param wrap makes a message of the actor's own from a signal */
    <C> Deliveries(
            ActorContext<C> context,
            Function<Signal, C> wrap,
            String entityId,
            NotificationGroupActor.Deps deps,
            Owner owner) {
        this.entityId = entityId;
        this.deps = deps;
        this.owner = owner;
        this.self = context.messageAdapter(Signal.class, wrap::apply);
        this.timer = (wait, signal) -> context.scheduleOnce(wait, self, signal);
    }

    /** Whether a webhook's message is under way. */
    boolean isUnderWay(int integration) {
        return byIntegration.containsKey(integration);
    }

    boolean isEmpty() {
        return byIntegration.isEmpty();
    }

    /** Puts a message under way; it is sent by {@link #send}. */
    void add(Message message) {
        int integration = message.intent().integration();
        byIntegration.put(integration, new Delivery(++ids, message));
        deps.log().due(webhookName(integration));
    }

    /** Sends every message that was not sent yet. */
    void send() {
        for (Delivery delivery : new ArrayList<>(byIntegration.values())) {
            if (!delivery.sent) {
                attempt(delivery);
            }
        }
    }

    /** The actor stops: what is under way is no longer this node's. */
    void stop() {
        byIntegration.keySet().forEach(integration -> deps.log().notDue(webhookName(integration)));
    }

    /** Takes a signal that came back through the actor's mailbox. */
    void on(Signal signal) {
        if (signal instanceof Retry retry) {
            Delivery delivery = byIntegration.get(retry.integration());
            if (delivery != null && delivery.id == retry.delivery()) {
                attempt(delivery);
            }
        } else if (signal instanceof Attempted attempted) {
            Delivery delivery = byIntegration.get(attempted.integration());
            if (delivery != null && delivery.id == attempted.delivery()) {
                attempted(delivery, attempted.outcome());
            }
        }
    }

    private void attempt(Delivery delivery) {
        delivery.sent = true;
        delivery.attempts++;
        Message message = delivery.message;
        int integration = message.intent().integration();
        long id = delivery.id;
        deps.sender()
                .send(message.webhook(), message.body(), message.intent().idempotencyKey())
                .whenComplete((outcome, fault) -> self.tell(new Attempted(
                        integration,
                        id,
                        outcome != null
                                ? outcome
                                : new WebhookSender.Outcome(
                                        WebhookSender.Verdict.RETRY, 0, String.valueOf(fault), Duration.ZERO))));
    }

    private void attempted(Delivery delivery, WebhookSender.Outcome outcome) {
        NotificationIntended intent = delivery.message.intent();
        note(delivery, outcome);
        if (outcome.verdict() == WebhookSender.Verdict.DELIVERED) {
            ended(intent.integration());
            owner.delivered(intent, delivery.attempts, outcome.statusCode());
            return;
        }
        Duration wait = backoff(delivery.attempts);
        boolean over = deps.clock().millis() + wait.toMillis() > delivery.message.deadlineMillis();
        boolean retriable = outcome.verdict() == WebhookSender.Verdict.RETRY;
        if (retriable && !over) {
            timer.accept(wait, new Retry(intent.integration(), delivery.id));
            return;
        }
        ended(intent.integration());
        owner.givenUp(intent, delivery.attempts, outcome.error(), retriable ? wait : null);
    }

    private void ended(int integration) {
        byIntegration.remove(integration);
        deps.log().notDue(webhookName(integration));
    }

    private String webhookName(int integration) {
        return entityId + "/" + integration;
    }

    private void note(Delivery delivery, WebhookSender.Outcome outcome) {
        Message message = delivery.message;
        NotificationIntended intent = message.intent();
        deps.log()
                .attempted(new NotificationAttempt(
                        Instant.ofEpochMilli(deps.clock().millis()),
                        message.groupKey(),
                        message.receiver(),
                        intent.integration(),
                        intent.idempotencyKey(),
                        intent.firing().size(),
                        intent.resolved().size(),
                        delivery.attempts,
                        outcome.statusCode(),
                        outcome.latency(),
                        outcome.error()));
    }

    private Duration backoff(int attempts) {
        long min = deps.settings().backoffMin().toMillis();
        long max = deps.settings().backoffMax().toMillis();
        return Duration.ofMillis(Math.min(max, min << Math.min(20, attempts - 1)));
    }
}
