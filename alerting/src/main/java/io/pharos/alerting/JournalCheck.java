package io.pharos.alerting;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import io.pharos.alerting.alert.AlertRuleState;
import io.pharos.alerting.alert.AlertsTransitioned;
import io.pharos.alerting.journal.JournalActor;
import io.pharos.alerting.journal.JournalSettings;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Uses the journal once in every way before anything depends on it. The plugin prepares its statements when they are first
 * wanted and keeps a failure to do so for as long as the process lives: a node whose first look at the journal fell into an
 * outage of Cassandra could never read a state again. So that look is made here, and a node where it fails starts anew.
 */
public final class JournalCheck {
    private JournalCheck() {}

    /**
     * Reads, writes, and writes a snapshot of, a journal of this node's own; completes when the journal has answered.
     *
     * @param node a name that no other running node has
     */
    public static CompletionStage<Done> run(
            ActorSystem<?> system, String node, JournalSettings settings, InstantSource clock) {
        CompletableFuture<Done> done = new CompletableFuture<>();
        JournalSettings eager = new JournalSettings(
                settings.patience(),
                settings.patienceWhileAway(),
                1,
                settings.backoffMin(),
                settings.backoffMax(),
                settings.spoolBytesMax(),
                settings.spoolTotalBytesMax());
        system.systemActorOf(check("journal-check|" + node, eager, clock, done), "journal-check", Props.empty());
        return done;
    }

    private static Behavior<JournalActor.Report> check(
            String id, JournalSettings settings, InstantSource clock, CompletableFuture<Done> done) {
        return Behaviors.setup(context -> {
            ActorRef<JournalActor.Append> journal = context.spawn(
                    JournalActor.create(id, AlertRuleState.EMPTY, context.getSelf(), settings), "journal");
            return Behaviors.receive(JournalActor.Report.class)
                    .onMessage(JournalActor.Recovered.class, found -> {
                        long now = Math.max(clock.millis(), found.state().sequence() + 1);
                        journal.tell(new JournalActor.Append(
                                new AlertsTransitioned(AlertsTransitioned.VERSION, now, now, List.of())));
                        return Behaviors.same();
                    })
                    .onMessage(JournalActor.Recorded.class, recorded -> {
                        done.complete(Done.getInstance());
                        return Behaviors.same(); // the snapshot may still be under way
                    })
                    .build();
        });
    }
}
