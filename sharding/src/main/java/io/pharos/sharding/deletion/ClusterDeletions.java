package io.pharos.sharding.deletion;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.sharding.typed.ShardingEnvelope;
import io.pharos.promql.query.QueryException;
import io.pharos.sharding.shard.DeletePart;
import io.pharos.sharding.shard.DeleteReply;
import io.pharos.sharding.shard.SeriesShard;
import io.pharos.timeseries.labels.LabelMatcher;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks every shard of the cluster for a deletion until each has it, or time is over. One a node; any thread. */
public final class ClusterDeletions {
    /** Text of one deletion; with what goes beside it a message between nodes is not larger than allowed. */
    private static final int TEXT_BYTES_MAX = 64 << 10;

    private static final int NAMED_MAX = 8;
    private static final Duration ATTEMPT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(300);

    private final ActorSystem<?> system;
    private final int shardCount;
    private final Supplier<@Nullable ActorRef<ShardingEnvelope<SeriesShard.Command>>> region;
    private final InstantSource clock;

    /**
     * Over a node's region.
     *
     * @param region null while the node has none
     */
    public ClusterDeletions(
            ActorSystem<?> system,
            int shardCount,
            Supplier<@Nullable ActorRef<ShardingEnvelope<SeriesShard.Command>>> region,
            InstantSource clock) {
        this.system = system;
        this.shardCount = shardCount;
        this.region = region;
        this.clock = clock;
    }

    /**
     * Hides the samples of some series in a stretch of time; complete when every shard has that durable and no query sees them any
     * more. Fails with {@link QueryException}: unavailable where a shard is not known to have it, which it names; to ask again is
     * harmless.
     *
     * @param selectors a series that any of these matches; one at least, each of one matcher at least
     * @param fromMillis inclusive
     * @param toMillis inclusive
     */
    public CompletionStage<Void> delete(
            List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, Duration patience) {
        long text = 0;
        for (List<LabelMatcher> matchers : selectors) {
            if (matchers.isEmpty()) {
                return bad("a selector without a matcher would delete everything");
            }
            for (LabelMatcher matcher : matchers) {
                text += 16 + utf8Bytes(matcher.name()) + utf8Bytes(matcher.value());
            }
        }
        if (selectors.isEmpty()) {
            return bad("no match[] parameter provided");
        }
        if (text > TEXT_BYTES_MAX) {
            return bad("the selectors have " + text + " bytes of text, at most " + TEXT_BYTES_MAX
                    + " can be deleted at once");
        }
        DeletePart part = new DeletePart(UUID.randomUUID(), selectors, fromMillis, toMillis, clock.millis());
        long deadline = System.nanoTime() + patience.toNanos();
        List<CompletableFuture<DeleteReply>> asked = new ArrayList<>(shardCount);
        for (int shard = 0; shard < shardCount; shard++) {
            CompletableFuture<DeleteReply> reply = new CompletableFuture<>();
            ask(shard, part, deadline, reply);
            asked.add(reply);
        }
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new)).thenApply(done -> {
            check(asked.stream().map(CompletableFuture::join).toList());
            return null;
        });
    }

    private static long utf8Bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static CompletionStage<Void> bad(String why) {
        return CompletableFuture.failedStage(new QueryException(QueryException.Kind.BAD_DATA, why));
    }

    /** Never fails: at the end of time the last answer stands. */
    private void ask(int shard, DeletePart part, long deadlineNanos, CompletableFuture<DeleteReply> result) {
        ActorRef<ShardingEnvelope<SeriesShard.Command>> target = region.get();
        CompletionStage<DeleteReply> asking = target == null
                ? CompletableFuture.completedStage(notNow(shard, part, "this node takes no part yet"))
                : AskPattern.<ShardingEnvelope<SeriesShard.Command>, DeleteReply>ask(
                        target,
                        replyTo ->
                                new ShardingEnvelope<>(Integer.toString(shard), new SeriesShard.Delete(part, replyTo)),
                        atMost(ATTEMPT, deadlineNanos),
                        system.scheduler());
        asking.whenComplete((reply, failure) -> {
            DeleteReply last = reply == null ? notNow(shard, part, "it does not answer") : reply;
            if (last.outcome() != DeleteReply.Outcome.NOT_NOW || System.nanoTime() - deadlineNanos >= 0) {
                result.complete(last);
            } else {
                system.scheduler()
                        .scheduleOnce(PAUSE, () -> ask(shard, part, deadlineNanos, result), system.executionContext());
            }
        });
    }

    private static Duration atMost(Duration duration, long deadlineNanos) {
        long left = Math.max(1_000_000L, deadlineNanos - System.nanoTime());
        return left < duration.toNanos() ? Duration.ofNanos(left) : duration;
    }

    private static DeleteReply notNow(int shard, DeletePart part, String why) {
        return new DeleteReply(shard, part.id(), DeleteReply.Outcome.NOT_NOW, why);
    }

    private static void check(List<DeleteReply> replies) {
        List<DeleteReply> refused = of(DeleteReply.Outcome.REFUSED, replies);
        if (!refused.isEmpty()) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION, "nothing is deleted in some shards: " + text(refused));
        }
        List<DeleteReply> missing = of(DeleteReply.Outcome.NOT_NOW, replies);
        if (!missing.isEmpty()) {
            throw new QueryException(
                    QueryException.Kind.UNAVAILABLE, "not known to be deleted everywhere, ask again: " + text(missing));
        }
    }

    private static List<DeleteReply> of(DeleteReply.Outcome outcome, List<DeleteReply> replies) {
        return replies.stream().filter(reply -> reply.outcome() == outcome).toList();
    }

    /** Shards by what they said, the first few of each by number. */
    private static String text(List<DeleteReply> replies) {
        Map<String, List<Integer>> byReason = new TreeMap<>();
        for (DeleteReply reply : replies) {
            byReason.computeIfAbsent(reply.why(), added -> new ArrayList<>()).add(reply.shard());
        }
        return byReason.entrySet().stream()
                .map(each -> shards(each.getValue()) + ": " + each.getKey())
                .collect(Collectors.joining("; "));
    }

    private static String shards(List<Integer> shards) {
        String named = shards.stream().limit(NAMED_MAX).map(String::valueOf).collect(Collectors.joining(", "));
        return (shards.size() == 1 ? "shard " : "shards ")
                + named
                + (shards.size() > NAMED_MAX ? " and " + (shards.size() - NAMED_MAX) + " more" : "");
    }
}
