package io.pharos.sharding.shard;

import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.recovery.HeadsBlob;
import io.pharos.timeseries.store.CheckpointId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The parts of a checkpoint's heads while they are written; series with histograms have parts of their own. One thread. */
final class HeadParts {
    private record Part(ByteWriter entries, boolean histograms) {}

    private final int bytesEach;
    private final List<Part> parts = new ArrayList<>();
    private ByteWriter numbers = new ByteWriter(0);
    private ByteWriter histograms = new ByteWriter(0);

    /** @param bytesEach a part with so many bytes gets no more series */
    HeadParts(int bytesEach) {
        this.bytesEach = bytesEach;
    }

    /** Where the next series is to be written. */
    ByteWriter of(boolean withHistograms) {
        ByteWriter part = withHistograms ? histograms : numbers;
        if (part.size() == 0 || part.size() >= bytesEach) {
            part = new ByteWriter(bytesEach + 4096);
            parts.add(new Part(part, withHistograms));
            if (withHistograms) {
                histograms = part;
            } else {
                numbers = part;
            }
        }
        return part;
    }

    int size() {
        return parts.size();
    }

    /** Bytes of all parts. */
    long bytes() {
        return parts.stream().mapToLong(part -> part.entries.size()).sum();
    }

    /** A part as it is stored. */
    ByteBuffer frame(int shard, CheckpointId checkpoint, int number) {
        Part part = parts.get(number);
        return HeadsBlob.frame(shard, checkpoint, number, part.entries, part.histograms);
    }
}
