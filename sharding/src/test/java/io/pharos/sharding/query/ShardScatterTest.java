package io.pharos.sharding.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.pharos.promql.query.Cancellation;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryOptions;
import io.pharos.sharding.wire.TestSystems;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Two workers that the test plays, with four shards each. */
class ShardScatterTest {
    private static final ActorTestKit KIT = TestSystems.local();
    private static final AnswerDesk DESK = new AnswerDesk(KIT.system());
    private static final QueryMetrics METRICS = new QueryMetrics(new PrometheusRegistry());

    private final ShardDirectory directory = new ShardDirectory(8);
    private final Played one = new Played();
    private final Played two = new Played();
    private final Cancellation cancellation = new Cancellation();
    private final List<String> notes = new CopyOnWriteArrayList<>();

    ShardScatterTest() {
        directory.claim(one.ref, "1", epochs(0, 1), null, null);
        directory.claim(two.ref, "2", epochs(4, 1), null, null);
    }

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private static final class Played {
        final LinkedBlockingQueue<QueryWorker.Command> told = new LinkedBlockingQueue<>();
        final ActorRef<QueryWorker.Command> ref = KIT.spawn(Behaviors.receiveMessage(command -> {
            told.add(command);
            return Behaviors.same();
        }));

        QueryWorker.Command next() throws InterruptedException {
            return Objects.requireNonNull(told.poll(2, TimeUnit.MINUTES), "nothing was told");
        }
    }

    private static Map<Integer, Long> epochs(int from, long epoch) {
        Map<Integer, Long> epochs = new HashMap<>();
        for (int shard = from; shard < from + 4; shard++) {
            epochs.put(shard, epoch);
        }
        return epochs;
    }

    private static final class Texts implements ShardScatter.Gathering<NavigableSet<String>> {
        private final NavigableSet<String> all = new TreeSet<>();

        @Override
        public ShardScatter.Pages open(String node, int shards) {
            return page -> all.addAll(((QueryWorker.FoundPage) page).texts());
        }

        @Override
        public NavigableSet<String> value() {
            return all;
        }
    }

    private CompletableFuture<NavigableSet<String>> ask(boolean partial) {
        QuerySettings settings = QuerySettings.of(
                ConfigFactory.parseResources("pharos/reference.conf").resolve().getConfig("pharos.sharding.query"));
        return ShardScatter.<NavigableSet<String>>ask(
                        new ShardScatter.Asking(
                                KIT.system(), directory, DESK, settings, ForkJoinPool.commonPool(), METRICS),
                        QueryOptions.defaults()
                                .withTimeout(Duration.ofSeconds(30))
                                .withPartialAllowed(partial)
                                .withCancellation(cancellation),
                        new QueryWorker.Find(QueryWorker.Find.What.NAMES, "", List.of(), 0, 0, 0),
                        false,
                        Texts::new,
                        notes)
                .toCompletableFuture();
    }

    /** The questions of one round to a worker: its shards in a few groups. */
    private static List<QueryWorker.Ask> asked(Played worker, int shards) throws InterruptedException {
        List<QueryWorker.Ask> asks = new ArrayList<>();
        int seen = 0;
        while (seen < shards) {
            QueryWorker.Command command = worker.next();
            if (command instanceof QueryWorker.Ask ask) {
                asks.add(ask);
                seen += ask.shards().size();
            }
        }
        return asks;
    }

    /** The credit that follows a page, and not a second without one. */
    private static QueryWorker.More moreAfterAPage(Played worker) throws InterruptedException {
        while (true) {
            if (worker.next() instanceof QueryWorker.More more && more.received() > 0) {
                return more;
            }
        }
    }

    private static void page(QueryWorker.Ask ask, int number, boolean last) {
        ask.replyTo()
                .tell(new QueryWorker.FoundPage(
                        ask.stream(),
                        number,
                        last,
                        List.of(),
                        List.of(ask.shards().keySet() + "/" + number)));
    }

    @Test
    void theAnswerIsWholeWhenEveryPageCame() throws Exception {
        CompletableFuture<NavigableSet<String>> answer = ask(false);
        List<QueryWorker.Ask> all = new ArrayList<>(asked(one, 4));
        all.addAll(asked(two, 4));
        for (QueryWorker.Ask ask : all) {
            page(ask, 0, false);
        }
        QueryWorker.More more = moreAfterAPage(one);
        assertThat(more.received()).isEqualTo(1);
        assertThat(more.upTo()).isEqualTo(5);
        assertThat(answer).isNotDone();
        for (QueryWorker.Ask ask : all) {
            page(ask, 1, true);
        }
        assertThat(answer.get(2, TimeUnit.MINUTES)).hasSize(2 * all.size());
    }

    @Test
    void whoRefusesIsAskedAgainAlone() throws Exception {
        CompletableFuture<NavigableSet<String>> answer = ask(false);
        for (QueryWorker.Ask ask : asked(one, 4)) {
            page(ask, 0, true);
        }
        int groups = 0;
        for (QueryWorker.Ask ask : asked(two, 4)) {
            ask.replyTo().tell(new QueryWorker.Refused(ask.stream(), "not now"));
            groups++;
        }
        directory.claim(two.ref, "2", epochs(4, 2), null, null);
        for (int seen = 0; seen < 4; ) {
            QueryWorker.Command command = two.next();
            if (command instanceof QueryWorker.Ask ask && ask.shards().containsValue(1L)) {
                // It was asked again before it had the next epoch.
                ask.replyTo().tell(new QueryWorker.Refused(ask.stream(), "not now"));
            } else if (command instanceof QueryWorker.Ask ask) {
                assertThat(ask.shards().values()).containsOnly(2L);
                page(ask, 0, true);
                seen += ask.shards().size();
            }
        }
        assertThat(answer.get(2, TimeUnit.MINUTES)).hasSizeGreaterThanOrEqualTo(groups);
        assertThat(one.told).noneMatch(QueryWorker.Ask.class::isInstance);
    }

    @Test
    void afterALostPageEverythingIsAskedAnew() throws Exception {
        CompletableFuture<NavigableSet<String>> answer = ask(false);
        List<QueryWorker.Ask> all = new ArrayList<>(asked(one, 4));
        all.addAll(asked(two, 4));
        for (int i = 1; i < all.size(); i++) {
            page(all.get(i), 0, true);
        }
        page(all.get(0), 0, false);
        page(all.get(0), 2, true);
        List<QueryWorker.Ask> again = new ArrayList<>(asked(one, 4));
        again.addAll(asked(two, 4));
        assertThat(answer).isNotDone();
        // What still comes of the first time is left aside.
        page(all.get(0), 1, true);
        for (QueryWorker.Ask ask : again) {
            page(ask, 0, true);
        }
        assertThat(answer.get(2, TimeUnit.MINUTES)).hasSize(again.size()).allMatch(text -> text.endsWith("/0"));
    }

    @Test
    void aWorkerThatWentInTheMiddleIsNotWaitedFor() throws Exception {
        CompletableFuture<NavigableSet<String>> answer = ask(false);
        for (QueryWorker.Ask ask : asked(one, 4)) {
            page(ask, 0, true);
        }
        for (QueryWorker.Ask ask : asked(two, 4)) {
            page(ask, 0, false);
            // Only who has received a page needs all anew: it has to have come before the worker goes.
            moreAfterAPage(two);
        }
        directory.retain(List.of(one.ref));
        directory.claim(one.ref, "1", Map.of(0, 1L, 1, 1L, 2, 1L, 3, 1L, 4, 2L, 5, 2L, 6, 2L, 7, 2L), null, null);
        for (QueryWorker.Ask ask : asked(one, 8)) {
            page(ask, 0, true);
        }
        assertThat(answer.get(2, TimeUnit.MINUTES)).isNotEmpty();
    }

    @Test
    void cancellingReachesEveryGroupThatIsLeft() throws Exception {
        CompletableFuture<NavigableSet<String>> answer = ask(false);
        List<QueryWorker.Ask> all = new ArrayList<>(asked(one, 4));
        all.addAll(asked(two, 4));
        page(all.get(0), 0, true);
        cancellation.cancel();
        assertThatThrownBy(() -> answer.get(2, TimeUnit.MINUTES)).hasMessageContaining("query was canceled");
        NavigableSet<Long> expected = new TreeSet<>();
        all.subList(1, all.size()).forEach(ask -> expected.add(ask.stream()));
        assertThat(cancelled(expected.size())).isEqualTo(expected);
    }

    @Test
    void oneGroupsFailureEndsTheOthers() throws Exception {
        CompletableFuture<NavigableSet<String>> answer = ask(false);
        List<QueryWorker.Ask> all = new ArrayList<>(asked(one, 4));
        all.addAll(asked(two, 4));
        all.get(0)
                .replyTo()
                .tell(new QueryWorker.Failed(all.get(0).stream(), QueryException.Kind.EXECUTION, "too much"));
        assertThatThrownBy(() -> answer.get(2, TimeUnit.MINUTES)).hasMessageContaining("too much");
        NavigableSet<Long> expected = new TreeSet<>();
        all.subList(1, all.size()).forEach(ask -> expected.add(ask.stream()));
        assertThat(cancelled(expected.size())).isEqualTo(expected);
    }

    private NavigableSet<Long> cancelled(int count) {
        NavigableSet<Long> streams = new TreeSet<>();
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> {
            for (Played worker : List.of(one, two)) {
                for (QueryWorker.Command command : worker.told) {
                    if (command instanceof QueryWorker.Cancel cancel) {
                        streams.add(cancel.stream());
                    }
                }
            }
            return streams.size() >= count;
        });
        return streams;
    }
}
