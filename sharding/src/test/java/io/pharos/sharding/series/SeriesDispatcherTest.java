package io.pharos.sharding.series;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.actor.PoisonPill;
import akka.actor.Props;
import akka.actor.UntypedAbstractActor;
import akka.testkit.javadsl.TestKit;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SeriesDispatcherTest {
    private static final ActorSystem SYSTEM = ActorSystem.create(
            "series-dispatcher",
            ConfigFactory.parseString("akka.loglevel = OFF, akka.stdout-loglevel = OFF")
                    .withFallback(ConfigFactory.parseResources("pharos/reference.conf"))
                    .withFallback(ConfigFactory.load())
                    .resolve());

    @AfterAll
    static void end() {
        TestKit.shutdownActorSystem(SYSTEM);
    }

    private record Work(Runnable task) {}

    private static final class Worker extends UntypedAbstractActor {
        @Override
        public void onReceive(Object message) {
            ((Work) message).task.run();
        }
    }

    private static ActorRef worker() {
        return SYSTEM.actorOf(
                Props.create(Worker.class, Worker::new).withDispatcher("pharos.sharding.series-dispatcher"));
    }

    private static void tell(ActorRef actor, Runnable task) {
        actor.tell(new Work(task), ActorRef.noSender());
    }

    private static void settled(ActorRef actor) throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(1);
        tell(actor, reached::countDown);
        assertThat(reached.await(2, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void anActorThatSleepsRunsOnTheThreadThatTellsIt() throws InterruptedException {
        ActorRef actor = worker();
        settled(actor);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            tell(actor, () -> threads.add(Thread.currentThread()));
            assertThat(threads).hasSize(i + 1).containsOnly(Thread.currentThread());
        }
    }

    @Test
    void whatAnActorTellsItselfComesAfterwardsAndInOrder() throws InterruptedException {
        ActorRef actor = worker();
        settled(actor);
        List<Integer> order = new ArrayList<>();
        tell(actor, () -> {
            tell(actor, () -> {
                order.add(2);
                tell(actor, () -> order.add(4));
            });
            tell(actor, () -> order.add(3));
            order.add(1);
        });
        assertThat(order).containsExactly(1, 2, 3, 4);
    }

    @Test
    void severalThreadsNeverRunAnActorAtOnceAndNothingIsLost() throws InterruptedException {
        ActorRef actor = worker();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<List<Integer>> seen = new ArrayList<>();
        List<Thread> tellers = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            List<Integer> mine = Collections.synchronizedList(new ArrayList<>());
            seen.add(mine);
            tellers.add(new Thread(() -> {
                for (int i = 0; i < 5000; i++) {
                    int number = i;
                    tell(actor, () -> {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        mine.add(number);
                        inside.decrementAndGet();
                    });
                }
            }));
        }
        tellers.forEach(Thread::start);
        for (Thread teller : tellers) {
            teller.join();
        }
        settled(actor);
        assertThat(most).hasValue(1);
        for (List<Integer> mine : seen) {
            assertThat(mine).hasSize(5000).isSorted();
        }
    }

    @Test
    void aStoppedActorTakesNothingMore() throws InterruptedException {
        TestKit probe = new TestKit(SYSTEM);
        ActorRef actor = worker();
        settled(actor);
        probe.watch(actor);
        AtomicInteger ran = new AtomicInteger();
        tell(actor, () -> {
            actor.tell(PoisonPill.getInstance(), ActorRef.noSender());
            tell(actor, ran::incrementAndGet);
        });
        probe.expectTerminated(Duration.ofMinutes(2), actor);
        tell(actor, ran::incrementAndGet);
        assertThat(ran).hasValue(0);
    }

    @Test
    void aFaultEndsTheMessageAndNotTheTeller() throws InterruptedException {
        ActorRef actor = worker();
        settled(actor);
        tell(actor, () -> {
            throw new IllegalStateException("on purpose");
        });
        // The supervisor restarts it: what comes meanwhile waits, and is not lost.
        settled(actor);
    }
}
