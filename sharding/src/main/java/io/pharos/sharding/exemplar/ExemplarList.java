package io.pharos.sharding.exemplar;

import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.format.Frame;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.Exemplar;
import io.pharos.timeseries.sample.SeriesExemplars;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Exemplars by series as bytes, on disk and on the wire: docs/format/exemplars.md. */
public final class ExemplarList {
    private static final int FORMAT = 8;
    private static final int LEVEL = 3;
    private static final int TIMED = 1;

    private ExemplarList() {}

    /** The data of a stored row. */
    static ByteBuffer blob(List<SeriesExemplars> all) {
        ByteWriter body = new ByteWriter(1024);
        write(all, body);
        return Frame.write(FORMAT, new ByteWriter(0), body, LEVEL);
    }

    /** What a stored row holds; what is damaged is a {@link CorruptBlobException}. */
    public static List<SeriesExemplars> read(ByteBuffer blob) {
        return read(Frame.read(blob, FORMAT, "exemplars").body());
    }

    /** Writes a list. */
    public static void write(List<SeriesExemplars> all, ByteWriter out) {
        out.writeVarint(all.size());
        long before = 0;
        for (SeriesExemplars series : all) {
            out.writeBlock(series.series().canonicalBytes());
            out.writeVarint(series.exemplars().size());
            for (Exemplar exemplar : series.exemplars()) {
                out.writeBlock(exemplar.labels().canonicalBytes());
                out.writeByte(exemplar.timed() ? TIMED : 0);
                out.writeZigzag(exemplar.timestampMillis() - before);
                out.writeLong(Double.doubleToRawLongBits(exemplar.value()));
                before = exemplar.timestampMillis();
            }
        }
    }

    /** Reads what {@link #write} wrote. */
    public static List<SeriesExemplars> read(ByteReader in) {
        int count = in.readCount(in.remaining());
        List<SeriesExemplars> all = new ArrayList<>(Math.min(count, 1024));
        long before = 0;
        for (int i = 0; i < count; i++) {
            Labels series = labels(in);
            int some = in.readCount(in.remaining());
            List<Exemplar> exemplars = new ArrayList<>(Math.min(some, 1024));
            for (int j = 0; j < some; j++) {
                Labels labels = labels(in);
                boolean timed = (in.readByte() & TIMED) != 0;
                before += in.readZigzag();
                exemplars.add(new Exemplar(labels, Double.longBitsToDouble(in.readLong()), before, timed));
            }
            all.add(new SeriesExemplars(series, exemplars));
        }
        return all;
    }

    private static Labels labels(ByteReader in) {
        int length = in.readCount(in.remaining());
        int from = in.skip(length);
        try {
            return Labels.ofCanonicalBytes(in.array(), from, from + length);
        } catch (IllegalArgumentException damaged) {
            throw new CorruptBlobException("labels before " + in.position() + ": " + damaged.getMessage());
        }
    }

    /** An upper bound of what the labels of a series take. */
    static int bytesMax(Labels labels) {
        int bytes = 10;
        for (int i = 0; i < labels.size(); i++) {
            // At most three bytes a char.
            bytes += 10 + 3 * (labels.name(i).length() + labels.value(i).length());
        }
        return bytes;
    }

    private static int bytesMax(Exemplar exemplar) {
        return 20 + bytesMax(exemplar.labels());
    }

    /** An upper bound of what a list takes. */
    static long bytesMax(List<SeriesExemplars> all) {
        long bytes = 10;
        for (SeriesExemplars series : all) {
            bytes += bytesMax(series.series()) + 5;
            for (Exemplar exemplar : series.exemplars()) {
                bytes += bytesMax(exemplar);
            }
        }
        return bytes;
    }

    /** Cuts a list into parts that take no more bytes than a message may, but for one exemplar and its series. */
    public static List<List<SeriesExemplars>> cut(List<SeriesExemplars> all, int bytesMax) {
        List<List<SeriesExemplars>> parts = new ArrayList<>();
        List<SeriesExemplars> part = new ArrayList<>();
        long bytes = 0;
        for (SeriesExemplars series : all) {
            int labels = bytesMax(series.series());
            List<Exemplar> own = new ArrayList<>();
            for (Exemplar exemplar : series.exemplars()) {
                int more = bytesMax(exemplar) + (own.isEmpty() ? labels : 0);
                if (bytes > 0 && bytes + more > bytesMax) {
                    if (!own.isEmpty()) {
                        part.add(new SeriesExemplars(series.series(), own));
                        own = new ArrayList<>();
                        more = bytesMax(exemplar) + labels;
                    }
                    parts.add(part);
                    part = new ArrayList<>();
                    bytes = 0;
                }
                own.add(exemplar);
                bytes += more;
            }
            if (!own.isEmpty()) {
                part.add(new SeriesExemplars(series.series(), own));
            }
        }
        if (!part.isEmpty()) {
            parts.add(part);
        }
        return parts;
    }
}
