package io.pharos.collection.bulk;

import com.github.luben.zstd.ZstdInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.xerial.snappy.SnappyFramedInputStream;

/** Undoes a body's Content-Encoding as it comes. */
public final class ContentDecoding {
    private static final int BUFFER = 64 * 1024;
    /** Bits of the window of zstd, so 16 MiB: a body could ask for 128 MiB. */
    private static final int ZSTD_WINDOW_BITS = 24;

    private ContentDecoding() {}

    /** Whether there is a decoder of this name; the empty one is the body as it is. */
    public static boolean isKnown(String encoding) {
        return switch (encoding.toLowerCase(Locale.ROOT)) {
            case "", "identity", "gzip", "zstd", "snappy" -> true;
            default -> false;
        };
    }

    /**
     * The plain body; {@code snappy} is its framing format.
     *
     * @throws IOException also when the first bytes are not of the encoding
     */
    public static InputStream open(InputStream body, String encoding) throws IOException {
        return switch (encoding.toLowerCase(Locale.ROOT)) {
            case "", "identity" -> body;
            case "gzip" -> new GZIPInputStream(new MaybeMore(body), BUFFER);
            case "zstd" -> new ZstdInputStream(body).setLongMax(ZSTD_WINDOW_BITS);
            case "snappy" -> new SnappyFramedInputStream(body);
            default -> throw new IOException("Content-Encoding " + encoding + " is not known");
        };
    }

    /** Says that there may be more: at 0 the decoder takes the end of one of several gzip members for the end of all. */
    private static final class MaybeMore extends FilterInputStream {
        MaybeMore(InputStream body) {
            super(body);
        }

        @Override
        public int available() {
            return 1;
        }
    }
}
