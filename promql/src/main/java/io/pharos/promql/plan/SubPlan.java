package io.pharos.promql.plan;

import io.pharos.promql.engine.Engine;
import io.pharos.promql.engine.EngineSettings;
import io.pharos.promql.engine.QueryTimes;
import io.pharos.promql.engine.SelectionTimes;
import io.pharos.promql.engine.Steps;
import java.time.Duration;
import java.util.List;

/**
 * A part of a query that each shard evaluates by itself.
 *
 * @param id the place of its result in the plan's root
 * @param expression the part as PromQL, at its place in the whole text (blanks before it) so that annotations keep their positions
 * @param kind what is answered
 * @param times the times of the whole query
 * @param steps the steps of this part
 */
public record SubPlan(int id, String expression, Kind kind, QueryTimes times, Steps steps) {
    /** What a shard answers, and so how answers are merged. */
    public enum Kind {
        /** The values of each series; the union is the whole. */
        SERIES(0),
        /** The samples of each series of a range vector; the union is the whole. */
        SAMPLES(1),
        /** Partial aggregates of each group, merged group by group. */
        AGGREGATE(2),
        /** The best series of each group in this shard; the union has the best of all. */
        CANDIDATES(3),
        /** At which steps there is any series. */
        PRESENCE(4);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /** The number that stands for it on the wire. */
        int code() {
            return code;
        }

        static Kind of(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("no kind of part: " + code);
        }
    }

    private static final byte VERSION = 1;

    /** The series and times the part reads, for this lookback. */
    public List<SelectionTimes.Selection> selections(EngineSettings settings, Duration lookback) {
        return SelectionTimes.of(Engine.parse(expression), times, steps, settings, lookback.toMillis());
    }

    /** The compact form, version byte first. */
    public byte[] toBytes() {
        ByteWriter out = new ByteWriter();
        out.writeByte(VERSION);
        out.writeInt(id);
        out.writeInt(kind.code());
        out.writeLong(times.startMillis());
        out.writeLong(times.endMillis());
        out.writeLong(times.stepMillis());
        out.writeLong(steps.startMillis());
        out.writeLong(steps.stepMillis());
        out.writeInt(steps.count());
        out.writeText(expression);
        return out.toBytes();
    }

    /**
     * Reads the compact form.
     *
     * @throws IllegalArgumentException when the bytes are none
     */
    public static SubPlan ofBytes(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        in.expectVersion(VERSION);
        int id = in.readInt();
        Kind kind = Kind.of(in.readInt());
        QueryTimes times = new QueryTimes(in.readLong(), in.readLong(), in.readLong());
        Steps steps = new Steps(in.readLong(), in.readLong(), in.readInt());
        return new SubPlan(id, in.readText(), kind, times, steps);
    }
}
