package io.pharos.collection.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class ContentDecodingTest {
    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream packed = new GZIPOutputStream(out)) {
            packed.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }

    /** A body from the network, which never says whether more will come, and gives no more at a time than came at a time. */
    private static InputStream silent(byte[] first, byte[] second) {
        return new SequenceInputStream(new ByteArrayInputStream(first), new ByteArrayInputStream(second)) {
            @Override
            public int available() {
                return 0;
            }
        };
    }

    @Test
    void severalGzipMembersAreReadToTheEndOfTheLast() throws Exception {
        InputStream plain = ContentDecoding.open(silent(gzip("one\n"), gzip("two\n")), "gzip");
        assertThat(new String(plain.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("one\ntwo\n");
    }

    @Test
    void namesOfEncodingsAreKnownInAnyCase() throws Exception {
        assertThat(ContentDecoding.isKnown("GZip")).isTrue();
        assertThat(ContentDecoding.isKnown("br")).isFalse();
    }
}
