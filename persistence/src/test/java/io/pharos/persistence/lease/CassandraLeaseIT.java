package io.pharos.persistence.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.ActorSystem;
import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.coordination.lease.javadsl.Lease;
import akka.coordination.lease.javadsl.LeaseProvider;
import akka.testkit.javadsl.TestKit;
import com.typesafe.config.ConfigFactory;
import io.pharos.persistence.CassandraStores;
import io.pharos.persistence.SharedServer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lease as the split brain resolver uses it: looked up by its settings. */
class CassandraLeaseIT {
    private CassandraStores stores = SharedServer.connect();
    private ActorSystem system = ActorSystem.create();

    @BeforeEach
    void start() {
        TestKit.shutdownActorSystem(system);
        String settings = """
            akka.loglevel = WARNING
            pharos-lease = ${akka.coordination.lease} {
              lease-class = "io.pharos.persistence.lease.CassandraLease"
              heartbeat-interval = 200ms
              # Longer than any machine stands still in these tests.
              heartbeat-timeout = 60s
            }
            short-lease = ${pharos-lease} { heartbeat-timeout = 2s }
            """;
        system = ActorSystem.create(
                "lease",
                ActorSystemSetup.create(
                        BootstrapSetup.create(ConfigFactory.parseString(settings)
                                .withFallback(ConfigFactory.load())
                                .resolve()),
                        stores.leaseSetup()));
    }

    @AfterEach
    void stop() {
        TestKit.shutdownActorSystem(system);
        stores.close();
    }

    private Lease lease(String owner) {
        return lease("pharos-lease", owner);
    }

    private Lease lease(String configuration, String owner) {
        return LeaseProvider.get(system).getLease("survivor", configuration, owner);
    }

    private static boolean get(CompletionStage<Boolean> stage) {
        return stage.toCompletableFuture().join();
    }

    @Test
    void oneOwnerHoldsItUntilItReleases() {
        Lease one = lease("one");
        Lease two = lease("two");
        assertThat(get(one.acquire())).isTrue();
        assertThat(get(one.acquire())).isTrue();
        assertThat(get(two.acquire())).isFalse();
        assertThat(one.checkLease()).isTrue();
        assertThat(two.checkLease()).isFalse();
        assertThat(get(one.release())).isTrue();
        assertThat(one.checkLease()).isFalse();
        assertThat(get(two.acquire())).isTrue();
    }

    @Test
    void aLeaseThatIsNotRenewedEndsAndItsHolderHearsIt() {
        Lease one = lease("short-lease", "one");
        AtomicBoolean lost = new AtomicBoolean();
        assertThat(get(one.acquire(why -> lost.set(true)))).isTrue();
        stores.close();
        await().atMost(Duration.ofMinutes(2)).until(() -> lost.get() && !one.checkLease());
    }
}
