package io.pharos.sharding.shard;

import akka.actor.typed.ActorRef;
import java.util.ArrayList;
import java.util.List;

/** Answers to parts that came together go back together, as far as one message holds them. Thread-safe. */
final class GatheredReplies implements AppendReply.Receiver {
    private final ActorRef<AppendAnswer> replyTo;
    private final int bytesMax;
    private List<AppendReply> waiting;
    private int bytes;
    private int open;

    /**
     * Expects an answer to each of so many parts.
     *
     * @param bytesMax answers that take more between nodes go in several messages
     */
    GatheredReplies(ActorRef<AppendAnswer> replyTo, int open, int bytesMax) {
        this.replyTo = replyTo;
        this.open = open;
        this.bytesMax = bytesMax;
        this.waiting = new ArrayList<>(open);
    }

    @Override
    public synchronized void tell(AppendReply reply) {
        int more = reply.bytesMax();
        if (bytes + more > bytesMax) {
            flush();
        }
        waiting.add(reply);
        bytes += more;
        if (--open == 0) {
            flush();
        }
    }

    /** Sends what came so far; true when nothing more is expected. */
    synchronized boolean flush() {
        if (!waiting.isEmpty()) {
            replyTo.tell(waiting.size() == 1 ? waiting.get(0) : new AppendReplies(waiting));
            waiting = new ArrayList<>(Math.max(0, open));
            bytes = 0;
        }
        return open <= 0;
    }
}
