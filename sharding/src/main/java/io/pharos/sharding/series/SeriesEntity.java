package io.pharos.sharding.series;

import akka.actor.ActorRef;
import akka.actor.Props;
import akka.actor.UntypedAbstractActor;
import akka.japi.Creator;
import io.pharos.timeseries.histogram.Histogram;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One time series: takes admitted samples into its head, seals, and publishes its view; it is the only writer of its memory. It
 * lives inside its shard's actor and runs on its shard's thread (ADR-0001).
 */
public final class SeriesEntity extends UntypedAbstractActor {
    /*
     * A classic actor, since a typed one costs more memory and time a message (ADR-0001 has the figures). All series of a shard share
     * one Props and one factory, which is told the slot right before the actor is made: a Props of its own would be a
     * fifth of a series' memory. So a series is never restarted: a failure is told to the shard, which gives itself up and
     * is recovered from the log.
     */
    /** What a series is told. */
    public sealed interface Message {}

    /** An admitted sample after all others. */
    public record Sample(long timeMillis, double value) implements Message {}

    /** Admitted samples after all others, in order: part of two columns that do not change any more. */
    public record Samples(long[] timesMillis, double[] values, int from, int to) implements Message {}

    /** An admitted sample before the last one. */
    public record LateSample(long timeMillis, double value) implements Message {}

    /** An admitted histogram after all other samples. */
    public record HistogramSample(long timeMillis, Histogram histogram) implements Message {}

    /** An admitted histogram before the last sample. */
    public record LateHistogram(long timeMillis, Histogram histogram) implements Message {}

    /** Seal what is open. */
    public record Seal() implements Message {}

    /** Let durable chunks go that end before a time. */
    public record Evict(long beforeMillis) implements Message {}

    /** Take chunks that the store has; as {@link SeriesMemory#load}. */
    public record Load(HotChunk[] stored, long fromMillis, long evictionsBefore) implements Message {}

    private static final Seal SEAL = new Seal();

    private final SeriesMemory memory;
    private final SeriesSlot slot;

    private SeriesEntity(SeriesMemory memory, SeriesSlot slot) {
        this.memory = memory;
        this.slot = slot;
    }

    /** The one message that asks to seal. */
    public static Seal seal() {
        return SEAL;
    }

    /** Makes the series of one shard. The shard's thread only. */
    public static final class Factory implements Creator<SeriesEntity> {
        private static final long serialVersionUID = 1;

        private final transient SeriesMemory memory;
        private final transient Props props;
        private transient @Nullable SeriesSlot next;
        private transient long started;

        /** A factory for series that run on the dispatcher of that id. */
        @SuppressWarnings("this-escape")
        public Factory(SeriesMemory memory, String dispatcher) {
            this.memory = memory;
            this.props = Props.create(SeriesEntity.class, this).withDispatcher(dispatcher);
        }

        /** Starts the actor of a slot as a child of the shard. */
        public ActorRef start(akka.actor.ActorContext shard, SeriesSlot slot) {
            next = slot;
            // A name made up by Akka costs more than the rest of the start.
            ActorRef actor = shard.actorOf(props, Long.toString(started++, Character.MAX_RADIX));
            slot.actor(actor);
            return actor;
        }

        @Override
        public SeriesEntity create() {
            SeriesSlot slot = Objects.requireNonNull(next, "a series is made for a slot, and once only");
            next = null;
            return new SeriesEntity(memory, slot);
        }
    }

    @Override
    public void onReceive(Object message) {
        try {
            if (message instanceof Sample sample) {
                memory.append(slot, sample.timeMillis, sample.value);
            } else if (message instanceof Samples samples) {
                for (int i = samples.from; i < samples.to; i++) {
                    memory.append(slot, samples.timesMillis[i], samples.values[i]);
                }
            } else if (message instanceof LateSample late) {
                memory.late(slot, late.timeMillis, late.value);
            } else if (message instanceof HistogramSample sample) {
                memory.append(slot, sample.timeMillis, sample.histogram);
            } else if (message instanceof LateHistogram late) {
                memory.late(slot, late.timeMillis, late.histogram);
            } else if (message instanceof Seal) {
                memory.seal(slot);
            } else if (message instanceof Evict evict) {
                memory.evict(slot, evict.beforeMillis);
            } else if (message instanceof Load load) {
                memory.load(slot, load.stored, load.fromMillis, load.evictionsBefore);
            } else {
                unhandled(message);
            }
        } catch (RuntimeException failure) {
            memory.failed(slot, failure);
            throw failure;
        }
    }
}
