package io.pharos.clusternode.status;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.ClusterEvent;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Subscribe;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Answers what other nodes ask of this one, a page at a time, and notes who leaves the cluster. One a node, at a path all nodes know. */
final class StatusActor {
    /* An answer of any size must not be one message. The first page goes out with the reference of an actor that has the rest and
     * gives the next page when asked: the asker's credit. It ends with the last page, or when nobody asks for a while. */

    static final String NAME = "pharos-status";
    static final int PAGE_BYTES = 48 * 1024;
    private static final Duration REST_KEPT = Duration.ofSeconds(10);

    /** What the actor takes. */
    sealed interface Command {}

    /** Tell about a subject. */
    record Ask(Subject subject, ActorRef<Page> replyTo) implements Command, StatusMessage {}

    /** A member came or went. */
    private record Changed(ClusterEvent.MemberEvent event) implements Command {}

    /** What the holder of a rest takes. */
    sealed interface RestCommand {}

    /** The page that begins at an offset. */
    record Next(int from, ActorRef<Page> replyTo) implements RestCommand, StatusMessage {}

    private record NobodyAsked() implements RestCommand {}

    /**
     * A part of an answer.
     *
     * @param total bytes of the whole answer
     * @param rest whom to ask for the next page; null with the last one
     */
    record Page(byte[] bytes, int total, @Nullable ActorRef<RestCommand> rest) implements StatusMessage {}

    private StatusActor() {}

    /**
     * The actor of one node.
     *
     * @param answers encodes what this node knows of a subject; must not block
     */
    static Behavior<Command> create(Function<Subject, byte[]> answers, DepartedMembers departed) {
        return Behaviors.<Command>setup(context -> {
            Cluster.get(context.getSystem())
                    .subscriptions()
                    .tell(Subscribe.create(
                            context.messageAdapter(ClusterEvent.MemberEvent.class, Changed::new),
                            ClusterEvent.MemberEvent.class));
            return Behaviors.receive(Command.class)
                    .onMessage(Ask.class, ask -> {
                        byte[] whole = answers.apply(ask.subject);
                        if (whole.length <= PAGE_BYTES) {
                            ask.replyTo.tell(new Page(whole, whole.length, null));
                        } else {
                            ActorRef<RestCommand> rest = context.spawnAnonymous(rest(whole));
                            ask.replyTo.tell(new Page(Arrays.copyOf(whole, PAGE_BYTES), whole.length, rest));
                        }
                        return Behaviors.same();
                    })
                    .onMessage(Changed.class, changed -> {
                        departed.changed(changed.event);
                        return Behaviors.same();
                    })
                    .build();
        });
    }

    private static Behavior<RestCommand> rest(byte[] whole) {
        return Behaviors.<RestCommand>withTimers(timers -> {
            timers.startSingleTimer(new NobodyAsked(), REST_KEPT);
            return Behaviors.<RestCommand>setup(context -> Behaviors.receive(RestCommand.class)
                    .onMessage(Next.class, next -> {
                        int from = Math.max(0, Math.min(next.from, whole.length));
                        int to = Math.min(whole.length, from + PAGE_BYTES);
                        boolean last = to == whole.length;
                        next.replyTo.tell(new Page(
                                Arrays.copyOfRange(whole, from, to), whole.length, last ? null : context.getSelf()));
                        timers.startSingleTimer(new NobodyAsked(), REST_KEPT);
                        return last ? Behaviors.stopped() : Behaviors.same();
                    })
                    .onMessage(NobodyAsked.class, nobody -> Behaviors.stopped())
                    .build());
        });
    }
}
