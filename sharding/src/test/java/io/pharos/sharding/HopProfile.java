package io.pharos.sharding;

import akka.actor.ActorRef;
import akka.actor.Props;
import akka.actor.UntypedAbstractActor;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import com.sun.management.OperatingSystemMXBean;
import io.pharos.sharding.series.SeriesEntity;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** Measures what an actor for each series costs: memory and CPU a message, classic and typed, on a pool and on the shard's thread. */
final class HopProfile {
    private HopProfile() {}

    private record Message(long weight, double value) {}

    private static final LongAdder HANDLED = new LongAdder();

    private static final class Classic extends UntypedAbstractActor {

        @Override
        public void onReceive(Object message) {
            HANDLED.add(((Message) message).weight);
        }
    }

    private static final class Typed extends AbstractBehavior<Message> {

        Typed(ActorContext<Message> context) {
            super(context);
        }

        @Override
        public Receive<Message> createReceive() {
            return newReceiveBuilder()
                    .onMessage(Message.class, message -> {
                        HANDLED.add(message.weight);
                        return this;
                    })
                    .build();
        }
    }

    /** Runs all variants; the argument is the number of actors. */
    public static void main(String[] arguments) throws Exception {
        int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200_000;
        for (String dispatcher : List.of("pharos.sharding.shard-dispatcher", "pharos.sharding.series-dispatcher")) {
            measure("classic on " + dispatcher, count, (parent, targets) -> {
                Props props = Props.create(Classic.class, Classic::new).withDispatcher(dispatcher);
                for (int i = 0; i < count; i++) {
                    ActorRef actor = akka.actor.typed.javadsl.Adapter.actorOf(parent, props, "c" + i);
                    targets.add(message -> actor.tell(message, ActorRef.noSender()));
                }
            });
            measure("typed on " + dispatcher, count, (parent, targets) -> {
                Behavior<Message> behavior = Behaviors.setup(Typed::new);
                for (int i = 0; i < count; i++) {
                    akka.actor.typed.ActorRef<Message> actor =
                            parent.spawn(behavior, "t" + i, DispatcherSelector.fromConfig(dispatcher));
                    targets.add(actor::tell);
                }
            });
        }
        System.out.println(SeriesEntity.class.getSimpleName() + " is the classic one on series-dispatcher");
    }

    private interface Starter {
        void start(ActorContext<?> parent, List<Consumer<Message>> targets);
    }

    private static void measure(String name, int count, Starter starter) throws Exception {
        CompletableFuture<Boolean> started = new CompletableFuture<>();
        List<Consumer<Message>> targets = new ArrayList<>(count);
        long before = heap();
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.<Void>setup(parent -> {
                    starter.start(parent, targets);
                    started.complete(true);
                    return Behaviors.empty();
                }),
                "hops",
                com.typesafe.config.ConfigFactory.parseString("akka.actor.provider = local")
                        .withFallback(TestNode.config()));
        started.join();
        long bytes = (heap() - before) / count;
        OperatingSystemMXBean os = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = 0;
        int rounds = 30;
        for (int round = 0; round < rounds; round++) {
            if (round == rounds / 3) {
                cpu = os.getProcessCpuTime();
            }
            for (int from = 0; from < 55; from++) {
                for (int i = from; i < count; i += 55) {
                    targets.get(i).accept(new Message(1, i));
                }
            }
        }
        long messages = (long) count * (rounds - rounds / 3);
        while (HANDLED.sum() < (long) count * rounds) {
            Thread.onSpinWait();
        }
        HANDLED.reset();
        System.out.printf(
                "%s: %d bytes an actor, %.3f us CPU a message%n",
                name, bytes, (os.getProcessCpuTime() - cpu) / 1e3 / messages);
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
