package io.pharos.sharding.shard;

import akka.actor.typed.ActorRef;

/** A shard's answer to an {@link AppendPart}. */
public sealed interface AppendReply extends AppendAnswer {
    /** Where an answer goes. */
    @FunctionalInterface
    interface Receiver {
        /** Takes the answer, on any thread; must be quick. */
        void tell(AppendReply reply);
    }

    /** An actor that takes answers, wherever it is. */
    record ActorReceiver(ActorRef<AppendReply> actor) implements Receiver {
        @Override
        public void tell(AppendReply reply) {
            actor.tell(reply);
        }
    }

    /** The shard that answers. */
    int shard();

    /** The part's number. */
    long part();

    /** An upper bound of what it takes between nodes. */
    default int bytesMax() {
        return 48;
    }

    /**
     * Every sample is durable or refused for a reason of its own.
     *
     * @param epoch in which {@code newRefs} have a meaning
     * @param newRefs the refs of the part's new series in their order; -1 for one that was refused
     * @param refused the refused samples' places in the part, ascending
     * @param reasons for each of them its {@link RefusalCode}
     * @param stored for each of them the time (too old: the series' last) or the bits of the value (duplicate) it collided with,
     *     or the limit ({@link SeriesLimits})
     */
    record Appended(int shard, long part, long epoch, int[] newRefs, int[] refused, byte[] reasons, long[] stored)
            implements AppendReply {
        /** Checks that there is a reason and a number for each refused sample. */
        public Appended {
            if (reasons.length != refused.length || stored.length != refused.length) {
                throw new IllegalArgumentException(refused.length + " refused samples with " + reasons.length
                        + " reasons and " + stored.length + " numbers");
            }
        }

        @Override
        public int bytesMax() {
            return 64 + 5 * newRefs.length + 16 * refused.length;
        }
    }

    /** The refs are of another epoch than the shard's: send the part again with labels. */
    record UnknownRefs(int shard, long part, long epoch) implements AppendReply {}

    /** Not taken, or not known to be durable: send the part again after a pause. */
    record NotNow(int shard, long part, Reason reason) implements AppendReply {}

    /** Why a shard could not take a part. */
    enum Reason {
        /** It is being acquired or recovered. */
        RECOVERING("recovering"),
        /** It is being handed over to another node. */
        HANDING_OVER("being handed over"),
        /** This node lost it to another. */
        DEPOSED("moving to another node"),
        /** The log did not confirm in time. */
        LOG("not confirmed by the log in time"),
        /** What memory holds without the log having it reached its limit. */
        FULL("full: the log does not answer");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** The reason as it ends the sentence "shard 7 is ...". */
        public String text() {
            return text;
        }
    }
}
