package io.pharos.timeseries.labels;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SeriesHashTest {
    /** Published vectors of MurmurHash3 x64 128 with seed 0. */
    @Test
    void agreesWithPublishedVectors() {
        assertThat(hex("")).isEqualTo("00000000000000000000000000000000");
        assertThat(hex("hello")).isEqualTo("cbd8a7b341bd9b025b1e906a48ae1d19");
        assertThat(hex("hello, world")).isEqualTo("342fac623a5ebc8e4cdcbc079642414d");
        assertThat(hex("19 Jan 2038 at 3:14:07 AM")).isEqualTo("b89e5988b737affc664fc2950231b2cb");
        assertThat(hex("The quick brown fox jumps over the lazy dog.")).isEqualTo("cd99481f9ee902c9695da1a38987b6e7");
    }

    /** The check of the author's own test suite: keys of 0 to 255 bytes under seeds 256 to 1, and a hash over all hashes. */
    @Test
    void agreesWithTheAuthorsVerificationValue() {
        byte[] key = new byte[256];
        byte[] hashes = new byte[256 * 16];
        SeriesHash.Words words = new SeriesHash.Words();
        for (int i = 0; i < 256; i++) {
            key[i] = (byte) i;
            SeriesHash.hash(key, 0, i, 256 - i, words);
            for (int at = 0; at < 8; at++) {
                hashes[i * 16 + at] = (byte) (words.high >>> 8 * at);
                hashes[i * 16 + 8 + at] = (byte) (words.low >>> 8 * at);
            }
        }
        SeriesHash.hash(hashes, 0, hashes.length, 0, words);
        assertThat((int) words.high).isEqualTo(0x6384BA69);
    }

    @Test
    void whereTheBytesLieDoesNotMatter() {
        byte[] text = "0123456789abcdefghijklmnopqrstu".getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length <= text.length; length++) {
            byte[] framed = new byte[text.length + 7];
            Arrays.fill(framed, (byte) 0x55);
            System.arraycopy(text, 0, framed, 5, length);
            SeriesHash.Words plain = new SeriesHash.Words();
            SeriesHash.Words shifted = new SeriesHash.Words();
            SeriesHash.hash(text, 0, length, 0, plain);
            SeriesHash.hash(framed, 5, 5 + length, 0, shifted);
            assertThat(new SeriesId(shifted.high, shifted.low)).isEqualTo(new SeriesId(plain.high, plain.low));
        }
    }

    @Test
    void bucketsOfOneHistogramShareTheirShard() {
        Labels plain = Labels.of(Labels.METRIC_NAME, "latency_bucket", "job", "api");
        SeriesIdentity first = SeriesIdentity.of(plain.with("le", "0.1"));
        SeriesIdentity second = SeriesIdentity.of(plain.with("le", "+Inf"));
        assertThat(first.id()).isNotEqualTo(second.id());
        assertThat(first.placementHash()).isEqualTo(second.placementHash());
        assertThat(first.placementHash()).isEqualTo(SeriesIdentity.of(plain).placementHash());
        assertThat(first.metricHash()).isEqualTo(second.metricHash());
    }

    @Test
    void shardsAreTheTopBits() {
        assertThat(SeriesIdentity.shardOf(-1L, 64)).isEqualTo(63);
        assertThat(SeriesIdentity.shardOf(0x0400000000000000L, 64)).isEqualTo(1);
        assertThat(SeriesIdentity.shardOf(-1L, 1)).isZero();
    }

    private static String hex(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        SeriesHash.Words words = new SeriesHash.Words();
        SeriesHash.hash(bytes, 0, bytes.length, 0, words);
        return new SeriesId(words.high, words.low).toString();
    }
}
