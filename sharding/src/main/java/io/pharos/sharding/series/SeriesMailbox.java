package io.pharos.sharding.series;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.dispatch.Envelope;
import akka.dispatch.MailboxType;
import akka.dispatch.MessageQueue;
import akka.dispatch.ProducesMessageQueue;
import com.typesafe.config.Config;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import scala.Option;

/** Mailboxes that are nearly always empty, since {@link SeriesDispatcher} goes around them: an empty one is 16 bytes. */
public final class SeriesMailbox implements MailboxType, ProducesMessageQueue<SeriesMailbox.Queue> {
    /** Called by Akka, with the dispatcher's configuration. */
    public SeriesMailbox(ActorSystem.Settings settings, Config config) {}

    @Override
    public MessageQueue create(Option<ActorRef> owner, Option<ActorSystem> system) {
        return new Queue();
    }

    /** What one series has not been told yet. Any thread. */
    public static final class Queue implements MessageQueue {
        private volatile @Nullable ArrayDeque<Envelope> waiting;

        @Override
        public synchronized void enqueue(ActorRef receiver, Envelope message) {
            ArrayDeque<Envelope> queue = waiting;
            if (queue == null) {
                queue = new ArrayDeque<>(2);
                waiting = queue;
            }
            queue.add(message);
        }

        @Override
        public synchronized @Nullable Envelope dequeue() {
            ArrayDeque<Envelope> queue = waiting;
            if (queue == null) {
                return null;
            }
            Envelope next = queue.poll();
            if (queue.isEmpty()) {
                waiting = null;
            }
            return next;
        }

        @Override
        public synchronized int numberOfMessages() {
            ArrayDeque<Envelope> queue = waiting;
            return queue == null ? 0 : queue.size();
        }

        @Override
        public boolean hasMessages() {
            return waiting != null;
        }

        @Override
        public void cleanUp(ActorRef owner, MessageQueue deadLetters) {
            for (Envelope left = dequeue(); left != null; left = dequeue()) {
                deadLetters.enqueue(owner, left);
            }
        }
    }
}
