package io.pharos.sharding.wire;

import io.pharos.promql.function.Absent;
import io.pharos.promql.plan.PartialPage;
import io.pharos.promql.plan.PartialResult;
import io.pharos.promql.plan.SubPlan;
import io.pharos.promql.query.QueryStatistics;
import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.query.QueryWorker;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@link QueryWorker.ResultPage}: series of a partial result, or pieces of them, in columns over their steps. */
final class ResultPageCodec implements MessageCodec<QueryWorker.ResultPage> {
    private static final int DROP_NAME = 1;
    private static final int PIECE = 2;
    private static final int VALUES = 4;
    private static final int COMPENSATIONS = 8;
    private static final int COUNTS = 16;
    private static final int TIMES = 32;
    private static final int HISTOGRAMS = 64;

    private static final int DENSE = 0;
    private static final int SPARSE = 1;
    private static final int SAME = 2;

    /** Pages are cut as if each step took nine bytes, so no piece is longer than this. */
    private static final int LENGTH_MAX = WireSerializer.MESSAGE_BYTES_MAX / 8;

    private static final double[] NO_VALUES = {};
    private static final long[] NO_NUMBERS = {};

    @Override
    public Class<QueryWorker.ResultPage> type() {
        return QueryWorker.ResultPage.class;
    }

    @Override
    public String manifest() {
        return "e";
    }

    @Override
    public void write(QueryWorker.ResultPage page, ByteWriter out) {
        out.writeVarint(page.stream());
        out.writeVarint(page.number());
        out.writeByte(page.last() ? 1 : 0);
        PartialPage content = page.content();
        out.writeVarint(content.id());
        out.writeByte(QueryCodecs.code(content.kind()));
        out.writeVarint(content.slices().size());
        FrontCoded.Writer labels = new FrontCoded.Writer(out);
        for (PartialPage.Slice slice : content.slices()) {
            write(slice, labels, out);
        }
        writeTexts(out, content.warnings());
        writeTexts(out, content.infos());
        out.writeVarint(content.statistics().samples());
        out.writeVarint(content.statistics().series());
        out.writeVarint(content.statistics().nanos());
        out.writeVarint(content.statistics().chunks());
    }

    private static void write(PartialPage.Slice slice, FrontCoded.Writer labels, ByteWriter out) {
        PartialResult.Series series = slice.series();
        int length = series.length();
        boolean piece = slice.from() != 0 || slice.total() != length;
        out.writeByte((series.dropName() ? DROP_NAME : 0)
                | (piece ? PIECE : 0)
                | (series.values().length > 0 ? VALUES : 0)
                | (series.compensations().length > 0 ? COMPENSATIONS : 0)
                | (series.counts().length > 0 ? COUNTS : 0)
                | (series.times().length > 0 ? TIMES : 0)
                | (series.histograms().length > 0 ? HISTOGRAMS : 0));
        labels.write(series.labels().canonicalBytes());
        out.writeVarint(length);
        if (piece) {
            out.writeVarint(slice.from());
            out.writeVarint(slice.total());
        }
        writeSteps(out, series.values());
        writeSteps(out, series.compensations());
        Columns.writeTimes(out, series.counts());
        Columns.writeTimes(out, series.times());
        HistogramColumn.write(out, series.histograms());
    }

    /** Values a step: one for all, or which steps have one and then those. */
    private static void writeSteps(ByteWriter out, double[] values) {
        if (values.length == 0) {
            return;
        }
        int present = 0;
        boolean same = true;
        long first = Double.doubleToRawLongBits(values[0]);
        for (double value : values) {
            present += Absent.is(value) ? 0 : 1;
            same &= Double.doubleToRawLongBits(value) == first;
        }
        if (same) {
            out.writeByte(SAME);
            out.writeLong(first);
            return;
        }
        if (present == values.length) {
            out.writeByte(DENSE);
            Columns.writeValues(out, values);
            return;
        }
        out.writeByte(SPARSE);
        double[] there = new double[present];
        int at = 0;
        for (int from = 0; from < values.length; from += 8) {
            int bits = 0;
            for (int i = from; i < Math.min(from + 8, values.length); i++) {
                if (!Absent.is(values[i])) {
                    bits |= 1 << i - from;
                    there[at++] = values[i];
                }
            }
            out.writeByte(bits);
        }
        out.writeVarint(present);
        Columns.writeValues(out, there);
    }

    @Override
    public QueryWorker.ResultPage read(ByteReader in, int version) {
        long stream = in.readVarint();
        int number = in.readCount(Integer.MAX_VALUE);
        boolean last = in.readByte() != 0;
        int id = in.readCount(Integer.MAX_VALUE);
        SubPlan.Kind kind = QueryCodecs.planKind(in.readByte());
        int count = in.readCount(in.remaining());
        List<PartialPage.Slice> slices = new ArrayList<>(count);
        FrontCoded.Reader labels = new FrontCoded.Reader(in);
        for (int i = 0; i < count; i++) {
            slices.add(slice(in, labels));
        }
        List<String> warnings = readTexts(in);
        List<String> infos = readTexts(in);
        long samples = in.readVarint();
        long selected = in.readVarint();
        long nanos = in.readVarint();
        // A node of an older version does not say.
        long chunks = in.remaining() > 0 ? in.readVarint() : 0;
        QueryStatistics statistics = new QueryStatistics(samples, selected, chunks, nanos);
        return new QueryWorker.ResultPage(
                stream, number, last, new PartialPage(id, kind, slices, warnings, infos, statistics));
    }

    private static PartialPage.Slice slice(ByteReader in, FrontCoded.Reader labels) {
        int flags = in.readByte();
        byte[] canonical = labels.read();
        int length = in.readCount(LENGTH_MAX);
        int from = (flags & PIECE) == 0 ? 0 : in.readCount(Integer.MAX_VALUE);
        int total = (flags & PIECE) == 0 ? length : in.readCount(Integer.MAX_VALUE);
        return new PartialPage.Slice(
                new PartialResult.Series(
                        Labels.ofCanonicalBytes(canonical, 0, canonical.length),
                        (flags & DROP_NAME) != 0,
                        (flags & VALUES) == 0 ? NO_VALUES : readSteps(in, length),
                        (flags & COMPENSATIONS) == 0 ? NO_VALUES : readSteps(in, length),
                        (flags & COUNTS) == 0 ? NO_NUMBERS : Columns.readTimes(in, length),
                        (flags & TIMES) == 0 ? NO_NUMBERS : Columns.readTimes(in, length),
                        HistogramColumn.read(in, (flags & HISTOGRAMS) == 0 ? 0 : length)),
                from,
                total);
    }

    private static double[] readSteps(ByteReader in, int length) {
        int form = in.readByte();
        if (form == DENSE) {
            return Columns.readValues(in, length);
        }
        double[] values = new double[length];
        if (form == SAME) {
            Arrays.fill(values, Double.longBitsToDouble(in.readLong()));
            return values;
        }
        if (form != SPARSE) {
            throw new CorruptBlobException("an unknown form of steps before " + in.position());
        }
        int bits = in.skip((length + 7) / 8);
        double[] there = Columns.readValues(in, in.readCount(length));
        int at = 0;
        for (int i = 0; i < length; i++) {
            boolean present = (in.array()[bits + (i >>> 3)] >>> (i & 7) & 1) != 0;
            if (present && at == there.length) {
                throw new CorruptBlobException("fewer values than steps before " + in.position());
            }
            values[i] = present ? there[at++] : Absent.VALUE;
        }
        return values;
    }

    private static void writeTexts(ByteWriter out, List<String> texts) {
        out.writeVarint(texts.size());
        texts.forEach(text -> Refs.writeText(out, text));
    }

    private static List<String> readTexts(ByteReader in) {
        int count = in.readCount(in.remaining());
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            texts.add(Refs.readText(in));
        }
        return texts;
    }
}
