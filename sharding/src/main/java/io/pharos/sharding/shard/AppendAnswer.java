package io.pharos.sharding.shard;

/** What comes back to a router: a shard's answer, or those of several. */
public sealed interface AppendAnswer permits AppendReply, AppendReplies {}
