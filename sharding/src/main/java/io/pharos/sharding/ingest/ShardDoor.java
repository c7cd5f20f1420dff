package io.pharos.sharding.ingest;

import io.pharos.sharding.shard.AppendPart;

/** The way to the shards, wherever they run: never blocks, never fails; a part may be lost and is then sent again. */
@FunctionalInterface
public interface ShardDoor {
    /** Sends a part to its shard, whose answer comes to {@link IngestRouter#onReply}. */
    void send(AppendPart part);
}
