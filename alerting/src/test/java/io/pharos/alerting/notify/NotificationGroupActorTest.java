package io.pharos.alerting.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import io.pharos.alerting.alert.OutgoingAlert;
import io.pharos.alerting.journal.Adopted;
import io.pharos.alerting.journal.JournalDeps;
import io.pharos.alerting.journal.JournalHealth;
import io.pharos.alerting.journal.JournalSettings;
import io.pharos.alerting.journal.Spool;
import io.pharos.alerting.route.AlertmanagerConfiguration;
import io.pharos.alerting.testing.FakeTransport;
import io.pharos.alerting.testing.MutableClock;
import io.pharos.alerting.testing.SwitchableJournal;
import io.pharos.alerting.testing.TestConfig;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One group with time in the test's hand: waits, repeats, retries and what a restart remembers. */
final class NotificationGroupActorTest {
    private static final String ROUTES = """
            route: {receiver: hook, group_by: [alertname], group_wait: 30s, group_interval: 5m, repeat_interval: 4h}
            receivers:
              - name: hook
                webhook_configs: [{url: "http://127.0.0.1:1/hook", max_alerts: 2}]
            """;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration GROUP_INTERVAL = Duration.ofMinutes(5);
    private static final JournalSettings JOURNAL = new JournalSettings(
            Duration.ofSeconds(5),
            Duration.ofMillis(500),
            100,
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            1 << 20,
            1 << 20);

    @TempDir
    Path directory;

    private final Config config = ManualTime.config().withFallback(TestConfig.switchable());
    private final ActorTestKit kit = ActorTestKit.create("NotificationGroupActorTest", config);
    private final ManualTime time = ManualTime.get(kit.system());
    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final FakeTransport transport = new FakeTransport();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final AtomicInteger offersTaken = new AtomicInteger();
    private final AtomicInteger handled = new AtomicInteger();
    private int offers;
    private NotificationLog log;
    private NotificationGroupActor.Deps deps;
    private ActorRef<NotificationGroupActor.Command> group;

    @BeforeEach
    void start() throws Exception {
        SwitchableJournal.reset();
        AlertmanagerConfiguration routes = AlertmanagerConfiguration.read("am.yml", ROUTES);
        RouteDefinitions definitions = new RouteDefinitions() {
            @Override
            public Optional<AlertmanagerConfiguration> alertmanager() {
                return Optional.of(routes);
            }

            @Override
            public String externalUrl() {
                return "http://pharos.example";
            }
        };
        Spool spool = new Spool(kit.system(), directory, JOURNAL, clock, registry);
        log = new NotificationLog(100, registry);
        deps = new NotificationGroupActor.Deps(
                new NotifySettings(Duration.ofSeconds(1), Duration.ofMinutes(1), 100, 3),
                definitions,
                new WebhookSender(transport, Runnable::run),
                new JournalDeps(JOURNAL, new JournalHealth(registry), spool),
                log,
                clock);
        spawn();
        awaitBegun();
    }

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
        SwitchableJournal.reset();
    }

    private void spawn() {
        group = kit.spawn(Behaviors.intercept(
                () -> new OffersTaken(offersTaken, handled),
                NotificationGroupActor.create("id", deps, entity -> ended.set(true))));
    }

    /** No time may pass before the group has read its journal: time that passes at once is more than a journal may take. */
    private void awaitBegun() {
        AtomicBoolean answered = new AtomicBoolean();
        ActorRef<Adopted> probe = kit.spawn(Behaviors.receiveMessage(adopted -> {
            answered.set(true);
            return Behaviors.same();
        }));
        await().atMost(PATIENCE).until(() -> {
            group.tell(new NotificationGroupActor.Adopt(List.of(), new Adopted("", 0), probe));
            settle();
            return answered.get();
        });
        settle();
        ended.set(false);
    }

    /**
     * Time passes at once, for timers at most one group interval: a look at the group then comes at its end, and the journal's
     * own timers, which know no other time, do not run out beside it.
     */
    private void pass(Duration duration) {
        Duration timers = duration.compareTo(GROUP_INTERVAL) > 0 ? GROUP_INTERVAL : duration;
        clock.advance(duration);
        time.timePasses(timers);
        settle();
    }

    /** Lets the messages between actor, journal and fake receiver come to rest: none came while the dispatcher did other things. */
    private void settle() {
        var probe = kit.<String>createTestProbe();
        int seen = handled.get();
        for (int quiet = 0; quiet < 3; ) {
            kit.system().executionContext().execute(() -> probe.ref().tell("done"));
            probe.expectMessage("done");
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            int now = handled.get();
            quiet = now == seen ? quiet + 1 : 0;
            seen = now;
        }
    }

    private OutgoingAlert alert(String instance, Duration endsIn) {
        return new OutgoingAlert(
                Map.of("alertname", "Down", "instance", instance),
                Map.of(),
                Instant.parse("2026-01-01T00:00:00Z").toEpochMilli(),
                clock.instant().plus(endsIn).toEpochMilli(),
                "http://pharos.example/graph");
    }

    private void offer(OutgoingAlert... alerts) {
        group.tell(new NotificationGroupActor.Offer(
                "{}", "hook", Map.of("alertname", "Down"), "{}:{alertname=\"Down\"}", List.of(alerts)));
        int count = ++offers;
        await().atMost(PATIENCE).until(() -> offersTaken.get() == count); // its timers are set before time passes
        settle();
    }

    private void awaitCalls(int count) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(transport.calls()).hasSize(count));
        settle(); // what the answer starts is under way before time passes
    }

    private void awaitRecorded(int count) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(SwitchableJournal.events("notification-group|id"))
                        .hasSize(count));
        settle(); // the group has heard of it before time passes
    }

    @Test
    void alertsWaitForEachOtherAreToldOnceRepeatedAndResolved() {
        Duration day = Duration.ofDays(1);
        offer(alert("a", day));
        pass(Duration.ofSeconds(20));
        offer(alert("b", day));
        pass(Duration.ofSeconds(9));
        assertThat(transport.calls()).isEmpty();
        pass(Duration.ofSeconds(1));
        awaitCalls(1);
        assertThat(transport.body(0)).contains("\"instance\":\"a\"", "\"instance\":\"b\"");
        awaitRecorded(2);

        pass(Duration.ofHours(3));
        assertThat(transport.calls()).hasSize(1);
        pass(Duration.ofHours(1));
        awaitCalls(2);
        assertThat(transport.header(1, "Idempotency-Key")).isNotEqualTo(transport.header(0, "Idempotency-Key"));
        awaitRecorded(4);

        offer(alert("a", Duration.ZERO), alert("b", Duration.ZERO));
        pass(Duration.ofMinutes(10));
        awaitCalls(3);
        assertThat(transport.body(2)).contains("\"status\":\"resolved\"").doesNotContain("\"firing\"");
        await().atMost(PATIENCE).until(ended::get);
        assertThat(log.history().delivered()).isEqualTo(3);
    }

    @Test
    void aBusyReceiverIsAskedAgainWithTheSameKeyAndARefusalIsFinal() {
        transport.answerWith(503);
        offer(alert("a", Duration.ofDays(1)));
        pass(Duration.ofSeconds(30));
        awaitCalls(1);
        pass(Duration.ofSeconds(1));
        awaitCalls(2);
        transport.answerWith(0);
        pass(Duration.ofSeconds(2));
        awaitCalls(3);
        assertThat(log.history().undelivered()).isEqualTo(1);
        transport.answerWith(400);
        pass(Duration.ofSeconds(4));
        awaitCalls(4);
        awaitRecorded(2);
        pass(Duration.ofSeconds(60));
        assertThat(transport.calls()).hasSize(4);
        assertThat(log.history().failed()).isEqualTo(1);
        assertThat(log.history().undelivered()).isZero();
        assertThat(transport.header(3, "Idempotency-Key")).isEqualTo(transport.header(0, "Idempotency-Key"));
        assertThat(log.history().attempts().get(1).error()).isEqualTo("connection refused");
        transport.answerWith(200);
        pass(Duration.ofSeconds(233)); // five minutes after the first look
        awaitCalls(5);
    }

    @Test
    void whatWasOpenAtARestartGoesOutAgainWithTheSameKeyAndWhatWasToldDoesNot() {
        transport.answerWith(503);
        offer(alert("a", Duration.ofDays(1)), alert("b", Duration.ofDays(1)));
        pass(Duration.ofSeconds(30));
        awaitCalls(1);
        awaitRecorded(1);
        kit.stop(group);
        transport.answerWith(200);
        pass(Duration.ofSeconds(40));
        spawn();
        awaitBegun();
        offer(alert("b", Duration.ofDays(1)));
        offer(alert("a", Duration.ofDays(1)));
        pass(Duration.ofSeconds(2));
        awaitCalls(2);
        assertThat(transport.header(1, "Idempotency-Key")).isEqualTo(transport.header(0, "Idempotency-Key"));
        awaitRecorded(3);
        kit.stop(group);
        spawn();
        awaitBegun();
        offer(alert("a", Duration.ofDays(1)), alert("b", Duration.ofDays(1)));
        pass(Duration.ofSeconds(40));
        assertThat(transport.calls()).hasSize(2);
    }

    @Test
    void theEndOfAnAlertIsToldAlsoWhereTheJournalCannotSayThatItsBeginningWas() {
        offer(alert("a", Duration.ofDays(1)));
        pass(Duration.ofSeconds(30));
        awaitCalls(1);
        awaitRecorded(2);
        kit.stop(group);
        SwitchableJournal.setSilent(true);
        spawn();
        offer(alert("a", Duration.ZERO));
        await().atMost(PATIENCE).untilAsserted(() -> {
            pass(Duration.ofSeconds(6));
            assertThat(transport.calls()).hasSize(2);
        });
        assertThat(transport.body(1)).contains("\"status\":\"resolved\"").doesNotContain("\"firing\"");
        offer(alert("a", Duration.ZERO));
        pass(GROUP_INTERVAL);
        assertThat(transport.calls()).hasSize(2);
        assertThat(ended).as("the group waits for its journal").isFalse();

        SwitchableJournal.setSilent(false);
        await().atMost(PATIENCE).untilAsserted(() -> {
            pass(Duration.ofSeconds(2));
            assertThat(ended).isTrue();
        });
        awaitRecorded(4);
        assertThat(transport.calls()).hasSize(2);
    }

    @Test
    void theWebhookGetsNoMoreAlertsThanItWantsAndTheGroupTakesNoMoreThanItMay() {
        Duration day = Duration.ofDays(1);
        offer(alert("a", day), alert("b", day), alert("c", day), alert("d", day));
        pass(Duration.ofSeconds(30));
        awaitCalls(1);
        assertThat(transport.body(0)).contains("\"truncatedAlerts\":1").doesNotContain("\"instance\":\"d\"");
    }

    /** Counts the offers that were taken, and all messages. */
    private static final class OffersTaken
            extends BehaviorInterceptor<NotificationGroupActor.Command, NotificationGroupActor.Command> {
        private final AtomicInteger taken;
        private final AtomicInteger handled;

        OffersTaken(AtomicInteger taken, AtomicInteger handled) {
            super(NotificationGroupActor.Command.class);
            this.taken = taken;
            this.handled = handled;
        }

        @Override
        public Behavior<NotificationGroupActor.Command> aroundReceive(
                TypedActorContext<NotificationGroupActor.Command> context,
                NotificationGroupActor.Command message,
                ReceiveTarget<NotificationGroupActor.Command> target) {
            Behavior<NotificationGroupActor.Command> next = target.apply(context, message);
            if (message instanceof NotificationGroupActor.Offer) {
                taken.incrementAndGet();
            }
            handled.incrementAndGet();
            return next;
        }
    }
}
