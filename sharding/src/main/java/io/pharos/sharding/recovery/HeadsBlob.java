package io.pharos.sharding.recovery;

import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.format.Frame;
import io.pharos.sharding.format.HistogramPlaces;
import io.pharos.sharding.series.HotChunk;
import io.pharos.sharding.series.OpenHistograms;
import io.pharos.sharding.series.SeriesSlot;
import io.pharos.sharding.series.SeriesView;
import io.pharos.timeseries.chunk.HeadChunk;
import io.pharos.timeseries.chunk.HistogramChunk;
import io.pharos.timeseries.chunk.HistogramHead;
import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.CheckpointId;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes and reads one part of a checkpoint's heads (docs/format/heads.md): what series hold that no chunk row has. */
public final class HeadsBlob {
    /** The format byte. */
    public static final int FORMAT = 2;

    /** The format byte of a part whose series have histograms, open or sealed: each entry ends with the open ones. */
    public static final int FORMAT_HISTOGRAMS = 6;

    private HeadsBlob() {}

    /** What a part says of one series. */
    public record Entry(
            int ref,
            SeriesId id,
            long lastTimeMillis,
            long lastBits,
            @Nullable HeadChunk head,
            long[] lateTimes,
            double[] lateValues,
            @Nullable OpenHistograms histograms,
            byte[][] chunks,
            long[] chunkStarts,
            long[] chunkEnds) {}

    /** Whether a series needs a part of {@link #FORMAT_HISTOGRAMS}. The thread that writes its head only. */
    public static boolean hasHistograms(SeriesSlot slot) {
        return hasHistograms(slot.view());
    }

    /*
     * Chunks that are durable count too: they may become so at any time, and the answer must be the same until the entry is written.
     */
    private static boolean hasHistograms(SeriesView view) {
        boolean found = view.histograms() != null;
        for (int i = 0; i < view.sealed().length && !found; i++) {
            found = view.sealed()[i].hasHistograms();
        }
        return found;
    }

    /** Writes what a series holds that is not durable as chunks. The thread that writes its head only. */
    public static void write(SeriesSlot slot, long lastTimeMillis, long lastBits, ByteWriter out) {
        SeriesView view = slot.view();
        out.writeVarint(slot.ref());
        out.writeLong(slot.id().high());
        out.writeLong(slot.id().low());
        out.writeZigzag(lastTimeMillis);
        out.writeLong(lastBits);
        HeadChunk head = view.head();
        if (head == null || head.count() == 0) {
            out.writeVarint(0);
        } else {
            out.writeBlock(head.toBytes());
        }
        out.writeVarint(view.lateTimes().length);
        long previous = 0;
        for (int i = 0; i < view.lateTimes().length; i++) {
            out.writeZigzag(view.lateTimes()[i] - previous);
            previous = view.lateTimes()[i];
            out.writeLong(Double.doubleToRawLongBits(view.lateValues()[i]));
        }
        int waiting = 0;
        long openFrom = view.openFromMillis();
        for (HotChunk chunk : view.sealed()) {
            waiting += needed(chunk, openFrom) ? 1 : 0;
        }
        out.writeVarint(waiting);
        for (HotChunk chunk : view.sealed()) {
            // A chunk may become durable between the count and here; waiting counts down what is still to be written.
            if (waiting > 0 && needed(chunk, openFrom)) {
                writeChunk(chunk, out);
                waiting--;
            }
        }
        for (HotChunk chunk : view.sealed()) {
            if (waiting > 0) {
                writeChunk(chunk, out);
                waiting--;
            }
        }
        if (hasHistograms(view)) {
            OpenHistograms open = view.histograms();
            write(open == null ? OpenHistograms.NONE : open, out);
        }
    }

    private static void write(OpenHistograms open, ByteWriter out) {
        HistogramHead head = open.head();
        if (head == null || head.count() == 0) {
            out.writeVarint(0);
        } else {
            out.writeBlock(head.toBytes());
        }
        out.writeVarint(open.late().length);
        long previous = 0;
        for (int i = 0; i < open.late().length; i++) {
            out.writeZigzag(open.lateTimes()[i] - previous);
            previous = open.lateTimes()[i];
            out.writeBlock(EncodedHistogram.of(open.late()[i]).bytes());
        }
    }

    /*
     * Whoever restores these heads takes all from the open chunk's first sample on to be in memory. Late samples sealed on their
     * own lie in the same time, so their chunk goes with it, durable or not.
     */
    private static boolean needed(HotChunk chunk, long openFrom) {
        return !chunk.durable() || chunk.endMillis() >= openFrom;
    }

    private static void writeChunk(HotChunk chunk, ByteWriter out) {
        out.writeZigzag(chunk.startMillis());
        out.writeZigzag(chunk.endMillis());
        out.writeBlock(chunk.bytes());
    }

    /** Frames entries without histograms into a part. Bits of heads do not compress, so nothing is. */
    public static ByteBuffer frame(int shard, CheckpointId checkpoint, int part, ByteWriter entries) {
        return frame(shard, checkpoint, part, entries, false);
    }

    /** Frames entries into a part. */
    public static ByteBuffer frame(
            int shard, CheckpointId checkpoint, int part, ByteWriter entries, boolean histograms) {
        ByteWriter header = new ByteWriter(32);
        header.writeVarint(shard);
        header.writeVarint(checkpoint.epoch());
        header.writeVarint(checkpoint.number());
        header.writeVarint(part);
        return Frame.write(histograms ? FORMAT_HISTOGRAMS : FORMAT, header, entries, 0);
    }

    /** Reads the entries of a part. */
    public static void read(ByteBuffer blob, int expectedShard, Consumer<Entry> consumer) {
        Frame frame = Frame.read(blob, FORMAT, FORMAT_HISTOGRAMS, "heads of shard " + expectedShard);
        int shard = frame.header().readCount(Integer.MAX_VALUE);
        if (shard != expectedShard) {
            throw new CorruptBlobException(
                    "heads of shard " + shard + " lie where those of " + expectedShard + " belong");
        }
        ByteReader in = frame.body();
        while (in.remaining() > 0) {
            consumer.accept(entry(in, frame.format() == FORMAT_HISTOGRAMS));
        }
    }

    private static Entry entry(ByteReader in, boolean histograms) {
        int ref = in.readCount(Integer.MAX_VALUE);
        SeriesId id = new SeriesId(in.readLong(), in.readLong());
        long lastTime = in.readZigzag();
        long lastBits = in.readLong();
        int headBytes = in.readCount(in.remaining());
        int headFrom = in.skip(headBytes);
        HeadChunk head = headBytes == 0 ? null : HeadChunk.ofBytes(in.array(), headFrom, headFrom + headBytes);
        int late = in.readCount(in.remaining() / 9);
        long[] lateTimes = new long[late];
        double[] lateValues = new double[late];
        long previous = 0;
        for (int i = 0; i < late; i++) {
            previous += in.readZigzag();
            lateTimes[i] = previous;
            lateValues[i] = Double.longBitsToDouble(in.readLong());
        }
        int count = in.readCount(in.remaining());
        byte[][] chunks = new byte[count][];
        long[] starts = new long[count];
        long[] ends = new long[count];
        for (int i = 0; i < count; i++) {
            starts[i] = in.readZigzag();
            ends[i] = in.readZigzag();
            chunks[i] = in.readBlock();
        }
        OpenHistograms open = histograms ? histograms(in) : null;
        return new Entry(ref, id, lastTime, lastBits, head, lateTimes, lateValues, open, chunks, starts, ends);
    }

    private static @Nullable OpenHistograms histograms(ByteReader in) {
        int headBytes = in.readCount(in.remaining());
        int from = in.skip(headBytes);
        HistogramHead head =
                headBytes == 0 ? null : HistogramHead.of(HistogramChunk.parse(in.array(), from, from + headBytes));
        int late = in.readCount(in.remaining() / 2);
        long[] times = new long[late];
        Histogram[] histograms = new Histogram[late];
        long previous = 0;
        for (int i = 0; i < late; i++) {
            previous += in.readZigzag();
            times[i] = previous;
            histograms[i] = HistogramPlaces.read(in).histogram();
        }
        return head == null && late == 0 ? null : new OpenHistograms(head, times, histograms);
    }
}
