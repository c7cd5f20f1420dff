package io.pharos.sharding.ingest;

import akka.actor.typed.ActorRef;
import io.pharos.sharding.shard.AppendAnswer;
import io.pharos.sharding.shard.AppendDoor;
import io.pharos.sharding.shard.AppendPart;
import io.pharos.sharding.shard.SeriesShard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The way to shards by the doors of their nodes: the parts of one node go in one message, as far as one may hold them, and those for
 * another node wait a little for others ({@link RemoteDoor}). What has no known node goes by sharding, which holds it until there is
 * one. Thread-safe.
 */
public final class NodeDoors implements ShardDoor {
    /** Beyond so many, doors of nodes that are gone are forgotten. */
    private static final int REMOTE_MAX = 256;

    private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final IntFunction<@Nullable ActorRef<AppendDoor.Command>> doors;
    private final Consumer<SeriesShard.Append> sharding;
    private final ActorRef<AppendAnswer> replyTo;
    private final int bytesMax;
    private final long gatherNanos;
    private final Executor later;
    private final Map<ActorRef<AppendDoor.Command>, RemoteDoor> remote = new ConcurrentHashMap<>();

    /**
     * The way of one node's router.
     *
     * @param doors the door of the node that has a shard open, or null
     * @param sharding the way to a shard that is open nowhere
     * @param replyTo where answers go
     * @param bytesMax parts of a node that may take more between nodes go in several messages
     * @param gather how long parts for another node wait for others
     */
    public NodeDoors(
            IntFunction<@Nullable ActorRef<AppendDoor.Command>> doors,
            Consumer<SeriesShard.Append> sharding,
            ActorRef<AppendAnswer> replyTo,
            int bytesMax,
            Duration gather) {
        this.doors = doors;
        this.sharding = sharding;
        this.replyTo = replyTo;
        this.bytesMax = bytesMax;
        this.gatherNanos = gather.toNanos();
        // On the thread of the timer itself: to hand parts to the messages between nodes takes no longer than to wake
        // another.
        this.later = CompletableFuture.delayedExecutor(gatherNanos, TimeUnit.NANOSECONDS, Runnable::run);
    }

    @Override
    public void send(List<AppendPart> parts) {
        Map<ActorRef<AppendDoor.Command>, List<AppendPart>> byDoor = new LinkedHashMap<>();
        for (AppendPart part : parts) {
            ActorRef<AppendDoor.Command> door = doors.apply(part.shard());
            if (door == null) {
                sharding.accept(new SeriesShard.Append(part, replyTo.narrow()));
            } else {
                byDoor.computeIfAbsent(door, other -> new ArrayList<>()).add(part);
            }
        }
        byDoor.forEach((door, theirs) -> {
            if (gatherNanos > 0 && door.path().address().hasGlobalScope()) {
                remote(door).send(theirs, System.nanoTime());
            } else {
                send(door, theirs);
            }
        });
    }

    private RemoteDoor remote(ActorRef<AppendDoor.Command> door) {
        if (remote.size() > REMOTE_MAX) {
            long now = System.nanoTime();
            remote.values().removeIf(other -> other.isIdle(now, IDLE_NANOS));
        }
        return remote.computeIfAbsent(
                door,
                its -> new RemoteDoor(parts -> send(its, parts), later, gatherNanos, bytesMax, System.nanoTime()));
    }

    private void send(ActorRef<AppendDoor.Command> door, List<AppendPart> parts) {
        int from = 0;
        int bytes = 0;
        for (int i = 0; i < parts.size(); i++) {
            int more = parts.get(i).bytesMax();
            if (i > from && bytes + more > bytesMax) {
                door.tell(new AppendDoor.Parts(parts.subList(from, i), replyTo));
                from = i;
                bytes = 0;
            }
            bytes += more;
        }
        door.tell(new AppendDoor.Parts(from == 0 ? parts : parts.subList(from, parts.size()), replyTo));
    }
}
