package io.pharos.sharding.shard;

import java.util.UUID;

/**
 * What became of a deletion in one shard.
 *
 * @param why a few words, empty where it is done
 */
public record DeleteReply(int shard, UUID id, Outcome outcome, String why) {
    /** What became of it. */
    public enum Outcome {
        /** It is durable, and no reader of this shard sees what it hides. */
        DONE,
        /** Not known to be done: to be asked for again. */
        NOT_NOW,
        /** It will not be done: a limit stands against it. */
        REFUSED
    }
}
