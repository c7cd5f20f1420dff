package io.pharos.alerting;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.pharos.alerting.journal.Adopted;
import io.pharos.alerting.journal.Spool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what an earlier process of this node left in its spool to whoever runs the rule or the notification group now, until
 * they have recorded it; ends when nothing is left. One a node, started with it.
 */
final class SpoolHandover extends AbstractBehavior<SpoolHandover.Command> {
    /* A process that dies while the journal is away has told of alerts that only its own disk knows. Their rules and groups run
     * on other nodes by then, which must hear of them, or nobody ever tells that those alerts ended. What receivers were told
     * goes first: a group that does not know of the beginning would keep the end to itself. Everything is sent again until it is
     * answered; a second time changes nothing there. */

    private static final Logger LOG = LoggerFactory.getLogger(SpoolHandover.class);
    private static final int ROUNDS_BEFORE_A_WORD = 12;

    sealed interface Command {}

    private record Found(List<Spool.LeftBehind> files) implements Command {}

    private record Round() implements Command {}

    private record Answered(Adopted answer) implements Command {}

    private final Spool spool;
    private final Duration interval;
    private final HandoverParts.Owners owners;
    private final ActorRef<Adopted> answers;
    private final List<HandoverParts> left = new ArrayList<>();
    private int rounds;

    /**
     * A handover that begins at once.
     *
     * @param interval between two attempts
     */
    static Behavior<Command> create(Spool spool, Duration interval, HandoverParts.Owners owners) {
        return Behaviors.setup(context -> new SpoolHandover(context, spool, interval, owners));
    }

    private SpoolHandover(ActorContext<Command> context, Spool spool, Duration interval, HandoverParts.Owners owners) {
        super(context);
        this.spool = spool;
        this.interval = interval;
        this.owners = owners;
        this.answers = context.messageAdapter(Adopted.class, Answered::new);
        context.pipeToSelf(spool.leftBehind(), (files, fault) -> new Found(files == null ? List.of() : files));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Found.class, this::onFound)
                .onMessage(Round.class, round -> onRound())
                .onMessage(Answered.class, this::onAnswered)
                .build();
    }

    private Behavior<Command> onFound(Found found) {
        for (Spool.LeftBehind file : found.files()) {
            HandoverParts parts = new HandoverParts(file);
            if (parts.isEmpty()) {
                spool.handedOver(file);
            } else {
                left.add(parts);
            }
        }
        if (left.isEmpty()) {
            return Behaviors.stopped();
        }
        LOG.info("{} files of the spool were left behind; their rules and notification groups are told", left.size());
        return onRound();
    }

    private Behavior<Command> onRound() {
        boolean groupsAreOpen = left.stream().anyMatch(HandoverParts::isOfNotificationGroup);
        rounds++;
        for (HandoverParts parts : left) {
            if (parts.isOfNotificationGroup() == groupsAreOpen) {
                boolean known = parts.send(owners, answers);
                if (!known && rounds == ROUNDS_BEFORE_A_WORD) {
                    LOG.warn("{} waits for a rule that the configuration does not have", parts.file());
                }
            }
        }
        getContext().scheduleOnce(interval, getContext().getSelf(), new Round());
        return this;
    }

    private Behavior<Command> onAnswered(Answered answered) {
        for (HandoverParts parts : List.copyOf(left)) {
            if (parts.isWholeWith(answered.answer())) {
                spool.handedOver(parts.file());
                left.remove(parts);
                LOG.info("{} has taken over what was left behind", parts.file().persistenceId());
            }
        }
        return left.isEmpty() ? Behaviors.stopped() : this;
    }
}
