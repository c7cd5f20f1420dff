package io.pharos.alerting.journal;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;

/** The event-sourced child that only records: it decides nothing, and an event is recorded once however often it is sent. */
public final class JournalActor extends EventSourcedBehavior<JournalActor.Append, JournalEvent, JournalState> {
    /* A journal that fails or cannot be read restarts this actor with backoff, for ever; each time it has recovered it tells
     * its parent the state it found, and the parent sends again what is missing. The parent has one event under way at a time,
     * so that a message stashed over a restart cannot overtake another. */

    /** Records one event. */
    public record Append(JournalEvent event) {}

    /** What the parent hears. */
    public sealed interface Report {}

    /** The journal was read; also after every restart. */
    public record Recovered(JournalState state) implements Report {}

    /** An event is durable. */
    public record Recorded(long sequence) implements Report {}

    private final JournalState empty;
    private final ActorRef<Report> parent;
    private final int snapshotEvery;

    /**
     * A journal.
     *
     * @param empty the state before the first event
     */
    public static Behavior<Append> create(
            String persistenceId, JournalState empty, ActorRef<Report> parent, JournalSettings settings) {
        return new JournalActor(persistenceId, empty, parent, settings);
    }

    private JournalActor(String id, JournalState empty, ActorRef<Report> parent, JournalSettings settings) {
        super(
                PersistenceId.ofUniqueId(id),
                SupervisorStrategy.restartWithBackoff(settings.backoffMin(), settings.backoffMax(), 0.1));
        this.empty = empty;
        this.parent = parent;
        this.snapshotEvery = settings.snapshotEvery();
    }

    @Override
    public JournalState emptyState() {
        return empty;
    }

    @Override
    public CommandHandler<Append, JournalEvent, JournalState> commandHandler() {
        return newCommandHandlerBuilder()
                .forAnyState()
                .onCommand(Append.class, this::onAppend)
                .build();
    }

    private Effect<JournalEvent, JournalState> onAppend(JournalState state, Append append) {
        JournalEvent event = append.event();
        if (event.sequence() <= state.sequence()) {
            return Effect().none().thenRun(() -> parent.tell(new Recorded(event.sequence())));
        }
        return Effect().persist(event).thenRun(() -> parent.tell(new Recorded(event.sequence())));
    }

    @Override
    public EventHandler<JournalState, JournalEvent> eventHandler() {
        return newEventHandlerBuilder().forAnyState().onAnyEvent(JournalState::after);
    }

    @Override
    public SignalHandler<JournalState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), state -> parent.tell(new Recovered(state)))
                .build();
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(snapshotEvery, 2);
    }
}
