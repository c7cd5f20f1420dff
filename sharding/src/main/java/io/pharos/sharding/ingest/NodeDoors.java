package io.pharos.sharding.ingest;

import akka.actor.typed.ActorRef;
import io.pharos.sharding.shard.AppendAnswer;
import io.pharos.sharding.shard.AppendDoor;
import io.pharos.sharding.shard.AppendPart;
import io.pharos.sharding.shard.SeriesShard;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The way to shards by the doors of their nodes: the parts of one node go in one message, as far as one may hold them. What has no
 * known node goes by sharding, which holds it until there is one. Thread-safe.
 */
public final class NodeDoors implements ShardDoor {
    private final IntFunction<@Nullable ActorRef<AppendDoor.Command>> doors;
    private final Consumer<SeriesShard.Append> sharding;
    private final ActorRef<AppendAnswer> replyTo;
    private final int bytesMax;

    /**
     * The way of one node's router.
     *
     * @param doors the door of the node that has a shard open, or null
     * @param sharding the way to a shard that is open nowhere
     * @param replyTo where answers go
     * @param bytesMax parts of a node that may take more between nodes go in several messages
     */
    public NodeDoors(
            IntFunction<@Nullable ActorRef<AppendDoor.Command>> doors,
            Consumer<SeriesShard.Append> sharding,
            ActorRef<AppendAnswer> replyTo,
            int bytesMax) {
        this.doors = doors;
        this.sharding = sharding;
        this.replyTo = replyTo;
        this.bytesMax = bytesMax;
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
        byDoor.forEach(this::send);
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
