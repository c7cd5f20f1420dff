package io.pharos.alerting.journal;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The parent's side of a journal: hands events to the event-sourced child one at a time, says when each may be acted on (it is
 * recorded, or the patience is over), and keeps what is not recorded in memory and in the spool. Used by its actor only.
 */
public final class Recorder {
    /* Phases: starting (nothing known), then begun, with or without the journal. While the journal is away every event is
     * settled at once and the spool is rewritten. When the child has recovered again it is sent what is missing; when the last
     * of it is recorded the spool is removed. */

    private static final int WAITING_MAX = 1000;

    /** What the actor passes back to {@link #on}. */
    public sealed interface Signal {}

    private record Reported(JournalActor.Report report) implements Signal {}

    private record PatienceOver(long round) implements Signal {}

    private record SpoolRead(Optional<Spool.Spooled> content) implements Signal {}

    /** What the recorder tells its actor, always inside {@link #on} or {@link #record}. */
    public interface Owner {
        /** The state to begin with; called once, before anything else. */
        void begun(JournalState state);

        /** The journal's state has come after all, the events that were waiting applied; differences are to be recorded. */
        void reconcile(JournalState journal);

        /** Everything up to this sequence may be acted on. */
        void settled(long sequence);

        /** One event that says all the owner knows, in place of too many waiting ones. */
        JournalEvent whole(long sequence);
    }

    private final String persistenceId;
    private final JournalDeps deps;
    private final Owner owner;
    private final ActorRef<JournalActor.Append> journal;
    private final BiConsumer<Duration, PatienceOver> timer;
    private final Deque<JournalEvent> waiting = new ArrayDeque<>();
    private JournalState current;
    private @Nullable JournalState recovered;
    private Spool.@Nullable Spooled spooled;
    private boolean spoolKnown;
    private boolean begun;
    private boolean begunWithout;
    private boolean underWay;
    private boolean spoolWritten;
    private boolean patienceRuns;
    private long patienceRound;
    private boolean away;

    private Recorder(
            String persistenceId,
            JournalState empty,
            JournalDeps deps,
            Owner owner,
            ActorRef<JournalActor.Append> journal,
            BiConsumer<Duration, PatienceOver> timer) {
        this.persistenceId = persistenceId;
        this.current = empty;
        this.deps = deps;
        this.owner = owner;
        this.journal = journal;
        this.timer = timer;
    }

    /**
     * Spawns the child and begins to wait for it.
     *
     * @param wrap makes a message of the actor's own from a signal
     */
    public static <C> Recorder start(
            ActorContext<C> context,
            Function<Signal, C> wrap,
            String persistenceId,
            JournalState empty,
            JournalDeps deps,
            Owner owner) {
        ActorRef<Signal> self = context.messageAdapter(Signal.class, wrap::apply);
        ActorRef<JournalActor.Report> reports =
                context.messageAdapter(JournalActor.Report.class, report -> wrap.apply(new Reported(report)));
        ActorRef<JournalActor.Append> journal =
                context.spawn(JournalActor.create(persistenceId, empty, reports, deps.settings()), "journal");
        Recorder recorder = new Recorder(
                persistenceId,
                empty,
                deps,
                owner,
                journal,
                (duration, over) -> context.scheduleOnce(duration, self, over));
        recorder.patience();
        deps.spool()
                .read(persistenceId)
                .whenComplete(
                        (content, fault) -> self.tell(new SpoolRead(content == null ? Optional.empty() : content)));
        return recorder;
    }

    /** The state with every event given so far, recorded or not. */
    public JournalState current() {
        return current;
    }

    /** Whether there is a state to work with. */
    public boolean isBegun() {
        return begun;
    }

    /** Whether the state is the journal's; without it only what came since, and what this node spooled, is known. */
    public boolean knowsJournal() {
        return begun && !begunWithout;
    }

    /** Whether every event given so far may be acted on. */
    public boolean isSettled() {
        return begun && (away || waiting.isEmpty());
    }

    /** Whether every event given so far is in the journal. */
    public boolean isRecorded() {
        return knowsJournal() && waiting.isEmpty();
    }

    /** A sequence for the next event: the time where possible, so that journals of different runs do not overlap. */
    public long nextSequence(long nowMillis) {
        return Math.max(current.sequence() + 1, nowMillis);
    }

    /** Records an event; {@link Owner#settled} says when it may be acted on, at once while the journal is away. */
    public void record(JournalEvent event) {
        current = current.after(event);
        waiting.add(event);
        if (waiting.size() > WAITING_MAX) {
            JournalEvent whole = owner.whole(nextSequence(event.sequence()));
            waiting.clear();
            waiting.add(whole);
            current = current.after(whole);
            underWay = false;
        }
        send();
        if (away) {
            spool();
            owner.settled(current.sequence());
        } else {
            patience();
        }
    }

    /** Takes a signal that came back through the actor's mailbox. */
    public void on(Signal signal) {
        if (signal instanceof SpoolRead read) {
            spoolKnown = true;
            spooled = read.content().orElse(null);
            spoolWritten = spooled != null;
            if (recovered != null) {
                begin(recovered, true);
            }
        } else if (signal instanceof PatienceOver over) {
            if (over.round() == patienceRound) {
                patienceRuns = false;
                patienceOver();
            }
        } else if (signal instanceof Reported reported) {
            if (reported.report() instanceof JournalActor.Recovered found) {
                onRecovered(found.state());
            } else if (reported.report() instanceof JournalActor.Recorded recorded) {
                onRecorded(recorded.sequence());
            }
        }
    }

    private void onRecovered(JournalState state) {
        deps.health().answered();
        recovered = state;
        underWay = false;
        if (!begun) {
            if (spoolKnown) {
                begin(state, true);
            }
            return;
        }
        JournalState merged = drop(state);
        if (begunWithout) {
            begunWithout = false;
            current = merged;
            owner.reconcile(merged);
        }
        send();
        caughtUp();
    }

    /** Leaves out what the journal already holds; returns its state with the rest applied. */
    private JournalState drop(JournalState state) {
        waiting.removeIf(event -> event.sequence() <= state.sequence());
        JournalState merged = state;
        for (JournalEvent event : waiting) {
            merged = merged.after(event);
        }
        return merged;
    }

    private void begin(JournalState state, boolean fromJournal) {
        begun = true;
        begunWithout = !fromJournal;
        if (spooled != null) {
            waiting.addAll(spooled.waiting());
        }
        current = drop(state);
        owner.begun(current);
        if (!waiting.isEmpty()) {
            patience();
        }
        send();
        caughtUp();
    }

    private void onRecorded(long sequence) {
        deps.health().answered();
        underWay = false;
        waiting.removeIf(event -> event.sequence() <= sequence);
        patienceRound++; // what still waits has waited for a shorter time than the timer that runs
        patienceRuns = false;
        if (!away) {
            if (!waiting.isEmpty()) {
                patience();
            }
            owner.settled(sequence);
        }
        send();
        caughtUp();
    }

    private void caughtUp() {
        if (begun && !begunWithout && waiting.isEmpty()) {
            away = false;
            if (spoolWritten) {
                spoolWritten = false;
                deps.spool().delete(persistenceId);
            }
        }
    }

    private void patienceOver() {
        if (begun && (away || waiting.isEmpty())) {
            return;
        }
        if (!begun && !spoolKnown) {
            patience(); // a local file is read in no time; without it the state would be lost
            return;
        }
        deps.health().silent();
        away = true;
        if (!begun) {
            begin(spooled == null ? current : spooled.state(), false);
        } else {
            spool();
        }
        owner.settled(current.sequence());
    }

    private void spool() {
        if (!waiting.isEmpty()) {
            spoolWritten = true;
            deps.spool().write(persistenceId, new Spool.Spooled(current, new ArrayList<>(waiting)));
        }
    }

    private void send() {
        JournalEvent next = waiting.peek();
        if (next != null && recovered != null && begun && !underWay) {
            underWay = true;
            journal.tell(new JournalActor.Append(next));
        }
    }

    private void patience() {
        if (!patienceRuns) {
            patienceRuns = true;
            timer.accept(deps.health().patience(deps.settings()), new PatienceOver(patienceRound));
        }
    }
}
