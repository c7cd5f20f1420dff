package io.pharos.sharding.query;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Where answers of workers come in, one a node: gives each to the query that asked. Thread-safe. */
final class AnswerDesk {
    private static final Duration LOOK = Duration.ofMillis(200);

    /** A query that waits for answers. Both methods return at once. */
    interface Asker {
        /** An answer to one of its questions. */
        void onAnswer(QueryWorker.Answer answer);

        /** Some time has passed. */
        void look();
    }

    private final ConcurrentHashMap<Long, Asker> askers = new ConcurrentHashMap<>();
    private final ActorRef<QueryWorker.Answer> ref;

    /** Numbers no other node and no earlier run of this one uses. */
    private final AtomicLong numbers =
            new AtomicLong(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE / 2));

    AnswerDesk(ActorSystem<?> system) {
        ref = system.systemActorOf(
                Behaviors.receiveMessage((QueryWorker.Answer answer) -> {
                    Asker asker = askers.get(answer.stream());
                    if (asker != null) {
                        asker.onAnswer(answer);
                    }
                    return Behaviors.same();
                }),
                "query-answers",
                Props.empty());
        system.scheduler()
                .scheduleWithFixedDelay(
                        LOOK, LOOK, () -> askers.values().forEach(Asker::look), system.executionContext());
    }

    /** Where answers are to be sent. */
    ActorRef<QueryWorker.Answer> ref() {
        return ref;
    }

    /** A number for a question; its answers go to the asker until {@link #close}. */
    long open(Asker asker) {
        long number = numbers.incrementAndGet();
        askers.put(number, asker);
        return number;
    }

    void close(long number) {
        askers.remove(number);
    }
}
