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

    /** The answer is known: sends what may be sent. */
    void send(List<? extends QueryWorker.Answer> known, long nowNanos) {
        answers = known;
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

    /** Whether everything is on its way. */
    boolean isSent() {
        return answered && sent == answers.size();
    }

    /** Whether the asker said nothing for so long that it must be gone. */
    boolean isLeft(long nowNanos) {
        return nowNanos - heardNanos > LEFT_NANOS;
    }

    /** About what the pages not sent yet take. */
    long heldBytes() {
        return (long) (answers.size() - sent) * AnswerPages.BYTES_MAX;
    }
}
