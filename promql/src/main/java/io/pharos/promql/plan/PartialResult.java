package io.pharos.promql.plan;

import io.pharos.promql.query.QueryStatistics;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.List;

/**
 * What one worker answers to a part of a plan, over the shards it was asked for: plain arrays, ready to be sent.
 *
 * @param id the part's id
 * @param series the series or groups, in no particular order
 * @param warnings complete texts with positions in the whole query
 * @param infos the same
 */
public record PartialResult(
        int id,
        SubPlan.Kind kind,
        List<Series> series,
        List<String> warnings,
        List<String> infos,
        QueryStatistics statistics) {
    private static final byte VERSION = 1;

    /** No array of a series read from bytes is longer. */
    private static final int LENGTH_MAX = 50_000_000;

    /**
     * One series or group. Which arrays are used depends on the kind of the part.
     *
     * @param dropName whether the metric's name goes when the query ends
     * @param values a value a step (absent ones marked), the samples' values, or an aggregate's state
     * @param compensations an aggregate's second state, else empty
     * @param counts an aggregate's members a step, else empty
     * @param times the times of samples, else empty
     */
    public record Series(
            Labels labels, boolean dropName, double[] values, double[] compensations, long[] counts, long[] times) {}

    /** The compact form, version byte first. */
    public byte[] toBytes() {
        ByteWriter out = new ByteWriter();
        out.writeByte(VERSION);
        out.writeInt(id);
        out.writeInt(kind.code());
        out.writeLong(statistics.samples());
        out.writeLong(statistics.series());
        out.writeLong(statistics.nanos());
        writeTexts(out, warnings);
        writeTexts(out, infos);
        out.writeInt(series.size());
        for (Series one : series) {
            out.writeBytes(one.labels().canonicalBytes());
            out.writeByte(one.dropName() ? 1 : 0);
            StepArrays.writeDoubles(out, one.values());
            StepArrays.writeDoubles(out, one.compensations());
            StepArrays.writeLongs(out, one.counts());
            StepArrays.writeLongs(out, one.times());
        }
        return out.toBytes();
    }

    /**
     * Reads the compact form.
     *
     * @throws IllegalArgumentException when the bytes are none
     */
    public static PartialResult ofBytes(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        in.expectVersion(VERSION);
        int id = in.readInt();
        SubPlan.Kind kind = SubPlan.Kind.of(in.readInt());
        QueryStatistics statistics = new QueryStatistics(in.readLong(), in.readLong(), in.readLong());
        List<String> warnings = readTexts(in);
        List<String> infos = readTexts(in);
        int count = in.readCount(6);
        List<Series> series = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] labels = in.readBytes();
            series.add(new Series(
                    Labels.ofCanonicalBytes(labels, 0, labels.length),
                    in.readByte() != 0,
                    StepArrays.readDoubles(in, LENGTH_MAX),
                    StepArrays.readDoubles(in, LENGTH_MAX),
                    StepArrays.readLongs(in, LENGTH_MAX),
                    StepArrays.readLongs(in, LENGTH_MAX)));
        }
        in.expectEnd();
        return new PartialResult(id, kind, series, warnings, infos, statistics);
    }

    private static void writeTexts(ByteWriter out, List<String> texts) {
        out.writeInt(texts.size());
        texts.forEach(out::writeText);
    }

    private static List<String> readTexts(ByteReader in) {
        int count = in.readCount(1);
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            texts.add(in.readText());
        }
        return texts;
    }
}
