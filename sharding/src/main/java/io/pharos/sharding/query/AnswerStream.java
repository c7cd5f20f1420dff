package io.pharos.sharding.query;

import io.pharos.promql.query.Cancellation;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A question on the worker's side: from its coming to its last page. Used by the worker's actor, but for what is final. */
final class AnswerStream {
    private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long LEFT_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final QueryWorker.Ask ask;
    private final Cancellation cancellation = new Cancellation();
    private List<? extends QueryWorker.Answer> answers = List.of();
    private boolean answered;
    private long nearBytes;
    private int sent;
    private int received;
    private int upTo;
    private long heardNanos;
    private long sentNanos;

    AnswerStream(QueryWorker.Ask ask, long nowNanos) {
        this.ask = ask;
        this.upTo = Math.max(1, ask.pages());
        this.heardNanos = nowNanos;
    }

    QueryWorker.Ask ask() {
        return ask;
    }

    long number() {
        return ask.stream();
    }

    Cancellation cancellation() {
        return cancellation;
    }

    void tell(QueryWorker.Answer answer) {
        ask.replyTo().tell(answer);
    }

    /**
     * The answer is known: sends what may be sent.
     *
     * @param near what the objects take that an asker in this process gets as they are, until it took them and cancels; else 0
     */
    void send(List<? extends QueryWorker.Answer> known, long near, long nowNanos) {
        answers = known;
        nearBytes = near;
        answered = true;
        sendOn(nowNanos);
    }

    private void sendOn(long nowNanos) {
        while (sent < Math.min(upTo, answers.size())) {
            tell(answers.get(sent++));
            sentNanos = nowNanos;
        }
    }

    /** The asker goes on; false when pages must have been lost on their way. */
    boolean more(int nowReceived, int nowUpTo, long nowNanos) {
        heardNanos = nowNanos;
        boolean progress = nowReceived > received;
        received = Math.max(received, nowReceived);
        upTo = Math.max(upTo, nowUpTo);
        if (answered && !progress && received < sent && nowNanos - sentNanos > LOST_NANOS) {
            return false;
        }
        sendOn(nowNanos);
        return true;
    }

    /** Whether everything is on its way, and nothing is held here until the asker says that it took it. */
    boolean isOver() {
        return answered && sent == answers.size() && nearBytes == 0;
    }

    /** Whether the asker said nothing for so long that it must be gone. */
    boolean isLeft(long nowNanos) {
        return nowNanos - heardNanos > LEFT_NANOS;
    }

    /** About what the pages take that were not sent yet, and what an asker in this process has not taken yet. */
    long heldBytes() {
        return nearBytes + (long) (answers.size() - sent) * AnswerPages.BYTES_MAX;
    }
}
