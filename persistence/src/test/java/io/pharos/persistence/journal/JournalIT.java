package io.pharos.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.pharos.persistence.CassandraStores;
import io.pharos.persistence.SharedServer;
import io.pharos.persistence.session.CassandraSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An event-sourced actor persists and recovers with the settings we ship. */
class JournalIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Adds one, or only asks; either way the sum is told. */
    record Add(long amount, ActorRef<Long> replyTo) {}

    static final class Sum extends EventSourcedBehavior<Add, Long, Long> {
        Sum() {
            super(PersistenceId.ofUniqueId("sum"));
        }

        static Behavior<Add> create() {
            return new Sum();
        }

        @Override
        public Long emptyState() {
            return 0L;
        }

        @Override
        public CommandHandler<Add, Long, Long> commandHandler() {
            return newCommandHandlerBuilder()
                    .forAnyState()
                    .onCommand(Add.class, this::add)
                    .build();
        }

        private Effect<Long, Long> add(Long sum, Add add) {
            return add.amount() == 0
                    ? Effect().none().thenRun(same -> add.replyTo().tell(same))
                    : Effect()
                            .persist(add.amount())
                            .thenRun(next -> add.replyTo().tell(next));
        }

        @Override
        public EventHandler<Long, Long> eventHandler() {
            return newEventHandlerBuilder().forAnyState().onAnyEvent((sum, amount) -> sum + amount);
        }

        @Override
        public RetentionCriteria retentionCriteria() {
            return RetentionCriteria.snapshotEvery(20, 1);
        }
    }

    @Test
    void eventsAndSnapshotsAreThereAfterARestart() {
        CassandraSettings settings = SharedServer.settings();
        try (CassandraStores stores =
                CassandraStores.connect(settings, null).toCompletableFuture().join()) {
            assertThat(stores.warnings()).anyMatch(warning -> warning.contains("one replica"));
            Config config = JournalSettings.of(settings)
                    .akka()
                    .withFallback(ConfigFactory.load())
                    .resolve();
            ActorTestKit first = ActorTestKit.create("journal", config);
            try {
                ActorRef<Add> sum = first.spawn(Sum.create());
                TestProbe<Long> probe = first.createTestProbe();
                long expected = 0;
                for (int i = 1; i <= 50; i++) {
                    sum.tell(new Add(i, probe.getRef()));
                    expected += i;
                    assertThat(probe.receiveMessage(PATIENCE)).isEqualTo(expected);
                }
            } finally {
                first.shutdownTestKit();
            }
            ActorTestKit second = ActorTestKit.create("journal", config);
            try {
                TestProbe<Long> probe = second.createTestProbe();
                second.spawn(Sum.create()).tell(new Add(0, probe.getRef()));
                assertThat(probe.receiveMessage(PATIENCE)).isEqualTo(1275);
            } finally {
                second.shutdownTestKit();
            }
        }
    }
}
