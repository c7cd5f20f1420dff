package io.pharos.sharding.ingest;

import io.pharos.sharding.shard.AppendPart;
import java.util.List;

/** The way to the shards, wherever they run: never blocks, never fails; a part may be lost and is then sent again. */
@FunctionalInterface
public interface ShardDoor {
    /** Sends parts, each to its shard, whose answers come to {@link IngestRouter#onReply}. */
    void send(List<AppendPart> parts);
}
