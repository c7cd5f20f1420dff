package io.pharos.sharding.shard;

import akka.actor.typed.ActorRef;
import io.pharos.sharding.series.SeriesTable;

/**
 * A shard this node owns and may read: what query workers look at without a message. Any thread.
 *
 * @param commands the shard's actor
 */
public record OpenShard(int shard, long epoch, SeriesTable table, ActorRef<SeriesShard.Command> commands) {}
