package io.pharos.sharding.log;

import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.format.Frame;
import io.pharos.sharding.format.HistogramPlaces;
import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.labels.SeriesId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Writes and reads one row of the log (docs/format/log.md): a directory of sections, and their columns. */
public final class LogBlob {
    /** The format byte of a row. */
    public static final int FORMAT = 1;

    /** The format byte of a row that has histograms: every section ends with its own. */
    public static final int FORMAT_HISTOGRAMS = 5;

    private LogBlob() {}

    /** Encodes sections; those of one shard and epoch become one, in the order given. */
    static ByteBuffer encode(List<LogSection> sections, int compression) {
        LogSection[] sorted = sections.toArray(LogSection[]::new);
        // The sort is stable: what a shard admitted first stays first.
        Arrays.sort(sorted, (a, b) -> {
            int byShard = Integer.compare(a.shard(), b.shard());
            return byShard != 0 ? byShard : Long.compare(a.epoch(), b.epoch());
        });
        int estimate = 0;
        boolean histograms = false;
        for (LogSection section : sorted) {
            estimate += section.bytes();
            histograms |= section.histograms() != null;
        }
        ByteWriter directory = new ByteWriter(16 * sorted.length);
        ByteWriter body = new ByteWriter(estimate);
        int from = 0;
        while (from < sorted.length) {
            int to = from + 1;
            while (to < sorted.length
                    && sorted[to].shard() == sorted[from].shard()
                    && sorted[to].epoch() == sorted[from].epoch()) {
                to++;
            }
            int begin = body.size();
            int samples = encodeGroup(sorted, from, to, body);
            if (histograms) {
                encodeHistograms(sorted, from, to, samples, body);
            }
            directory.writeVarint(sorted[from].shard());
            directory.writeVarint(sorted[from].epoch());
            directory.writeVarint(samples);
            directory.writeVarint(body.size() - begin);
            from = to;
        }
        return Frame.write(histograms ? FORMAT_HISTOGRAMS : FORMAT, directory, body, compression);
    }

    private static int encodeGroup(LogSection[] sections, int from, int to, ByteWriter body) {
        int samples = 0;
        int definitions = 0;
        for (int i = from; i < to; i++) {
            samples += sections[i].count();
            definitions += sections[i].newSeries().length;
        }
        body.writeVarint(definitions);
        for (int i = from; i < to; i++) {
            for (LogSection.Definition definition : sections[i].newSeries()) {
                body.writeVarint(definition.ref());
                body.writeLong(definition.id().high());
                body.writeLong(definition.id().low());
                byte[] labels = definition.labels();
                body.writeBlock(labels == null ? NO_BYTES : labels);
            }
        }
        int lastRef = 0;
        for (int i = from; i < to; i++) {
            int[] refs = sections[i].refs();
            for (int k = 0, n = sections[i].count(); k < n; k++) {
                body.writeZigzag(refs[k] - lastRef);
                lastRef = refs[k];
            }
        }
        long lastTime = 0;
        for (int i = from; i < to; i++) {
            long[] times = sections[i].timestamps();
            for (int k = 0, n = sections[i].count(); k < n; k++) {
                body.writeZigzag(times[k] - lastTime);
                lastTime = times[k];
            }
        }
        // Bytes of equal weight lie together: exponents and the zero ends of round numbers compress, mantissas cost
        // nothing more.
        int plane = body.reserve(8 * samples);
        byte[] out = body.array();
        for (int i = from; i < to; i++) {
            double[] values = sections[i].values();
            for (int k = 0, n = sections[i].count(); k < n; k++, plane++) {
                long bits = Double.doubleToRawLongBits(values[k]);
                int at = plane;
                for (int b = 0; b < 8; b++, at += samples) {
                    out[at] = (byte) (bits >>> 56 - 8 * b);
                }
            }
        }
        return samples;
    }

    private static void encodeHistograms(LogSection[] sections, int from, int to, int samples, ByteWriter body) {
        @Nullable EncodedHistogram[] all = new EncodedHistogram[samples];
        int at = 0;
        for (int i = from; i < to; i++) {
            @Nullable EncodedHistogram[] own = sections[i].histograms();
            if (own != null) {
                System.arraycopy(own, 0, all, at, sections[i].count());
            }
            at += sections[i].count();
        }
        HistogramPlaces.write(body, all, samples);
    }

    private static final byte[] NO_BYTES = {};

    /**
     * One shard's part of a row, as it was admitted.
     *
     * @param histograms null where all samples are numbers; else a place a sample, null where it is a number
     */
    public record Part(
            int shard,
            long epoch,
            List<LogSection.Definition> newSeries,
            int count,
            int[] refs,
            long[] timestamps,
            double[] values,
            @Nullable EncodedHistogram @Nullable [] histograms) {}

    /** Decodes the sections of wanted shards; where there is none nothing is decompressed. */
    public static List<Part> decode(ByteBuffer blob, IntPredicate wanted) {
        Frame frame = Frame.read(blob, FORMAT, FORMAT_HISTOGRAMS, "log row");
        ByteReader directory = frame.header();
        ByteReader body = null;
        int offset = 0;
        List<Part> parts = new ArrayList<>();
        while (directory.remaining() > 0) {
            int shard = directory.readCount(Integer.MAX_VALUE);
            long epoch = directory.readVarint();
            int samples = directory.readCount(frame.bodyBytes());
            int length = directory.readCount(frame.bodyBytes());
            if (wanted.test(shard)) {
                if (body == null) {
                    body = frame.body();
                    body.skip(offset);
                }
                int from = body.skip(length);
                // What a newer version adds at the end of a section is left unread.
                ByteReader section = new ByteReader(body.array(), from, from + length);
                parts.add(decodePart(shard, epoch, samples, frame.format() == FORMAT_HISTOGRAMS, section));
            } else if (body != null) {
                body.skip(length);
            }
            offset += length;
        }
        return parts;
    }

    static Part decodePart(int shard, long epoch, int samples, boolean histograms, ByteReader in) {
        int definitions = in.readCount(in.remaining());
        List<LogSection.Definition> newSeries = new ArrayList<>(definitions);
        for (int i = 0; i < definitions; i++) {
            int ref = in.readCount(Integer.MAX_VALUE);
            SeriesId id = new SeriesId(in.readLong(), in.readLong());
            byte[] labels = in.readBlock();
            newSeries.add(new LogSection.Definition(ref, id, labels.length == 0 ? null : labels));
        }
        if (samples > in.remaining() / 8) {
            throw new CorruptBlobException(samples + " samples of shard " + shard + " in " + in.remaining() + " bytes");
        }
        int[] refs = new int[samples];
        long[] times = new long[samples];
        double[] values = new double[samples];
        int ref = 0;
        for (int i = 0; i < samples; i++) {
            ref += (int) in.readZigzag();
            refs[i] = ref;
        }
        long time = 0;
        for (int i = 0; i < samples; i++) {
            time += in.readZigzag();
            times[i] = time;
        }
        int from = in.skip(8 * samples);
        byte[] bytes = in.array();
        for (int i = 0; i < samples; i++) {
            long bits = 0;
            for (int b = 0; b < 8; b++) {
                bits = bits << 8 | bytes[from + b * samples + i] & 0xff;
            }
            values[i] = Double.longBitsToDouble(bits);
        }
        return new Part(
                shard,
                epoch,
                newSeries,
                samples,
                refs,
                times,
                values,
                histograms ? HistogramPlaces.read(in, samples) : null);
    }
}
