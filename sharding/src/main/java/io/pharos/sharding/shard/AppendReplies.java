package io.pharos.sharding.shard;

import java.util.List;

/** Answers of several shards of one node to the parts of one {@link AppendDoor.Parts}, in any order. */
public record AppendReplies(List<AppendReply> replies) implements AppendAnswer {
    /** Takes the list as it is: it is not changed any more. */
    public AppendReplies {}
}
