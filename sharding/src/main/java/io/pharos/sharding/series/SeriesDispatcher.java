package io.pharos.sharding.series;

import akka.actor.ActorCell;
import akka.dispatch.Dispatcher;
import akka.dispatch.DispatcherPrerequisites;
import akka.dispatch.Envelope;
import akka.dispatch.Mailbox;
import akka.dispatch.MessageDispatcher;
import akka.dispatch.MessageDispatcherConfigurator;
import com.typesafe.config.Config;
import java.util.concurrent.TimeUnit;
import scala.concurrent.duration.Duration;

/**
 * The dispatcher of the series: an actor that sleeps takes a message on the thread that sends it, which is its shard's, without the
 * way through its mailbox. An actor that is busy, suspended or has mail gets it queued, as from any dispatcher.
 */
final class SeriesDispatcher extends Dispatcher {
    /*
     * What Mailbox.run does for one message, less the queue. Of a sample's 50 ns of work the queue was the larger part: a node linked
     * into old memory, which the collector has to look at and to copy, and three of five locked instructions, each of which waits for
     * the cache misses before it. The status word is kept as Mailbox keeps it, so nobody else's view changes: scheduled
     * while the actor runs, so it runs on one thread at a time; suspended and closed are seen; what comes meanwhile is queued and
     * looked for at the end.
     */
    private SeriesDispatcher(Configurator configurator, Config config) {
        super(
                configurator,
                config.getString("id"),
                config.getInt("throughput"),
                Duration.create(
                        config.getDuration("throughput-deadline-time", TimeUnit.NANOSECONDS), TimeUnit.NANOSECONDS),
                configurator.configureExecutor(),
                Duration.create(config.getDuration("shutdown-timeout", TimeUnit.MILLISECONDS), TimeUnit.MILLISECONDS));
    }

    @Override
    public void dispatch(ActorCell receiver, Envelope message) {
        Mailbox mailbox = receiver.mailbox();
        if (!mailbox.setAsScheduled()) {
            super.dispatch(receiver, message);
            return;
        }
        try {
            if (mailbox.shouldProcessMessage() && !mailbox.hasSystemMessages() && !mailbox.hasMessages()) {
                receiver.invoke(message);
            } else {
                mailbox.enqueue(receiver.self(), message);
            }
        } finally {
            mailbox.setAsIdle();
            registerForExecution(mailbox, false, false);
        }
    }

    /** Makes the one dispatcher; named in the configuration. */
    public static final class Configurator extends MessageDispatcherConfigurator {
        private final SeriesDispatcher dispatcher;

        /** Called by Akka. */
        @SuppressWarnings("this-escape")
        public Configurator(Config config, DispatcherPrerequisites prerequisites) {
            super(config, prerequisites);
            dispatcher = new SeriesDispatcher(this, config);
        }

        @Override
        public MessageDispatcher dispatcher() {
            return dispatcher;
        }
    }
}
