package io.pharos.timeseries.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LabelsTest {
    private static final String[] TEXTS = {
        "a", "b", "le", "job", "", "é", "\uFFFD", "\uFF5E", "\uD83D\uDE00", "x".repeat(200), "__name__", "B"
    };

    @Test
    void setsAndRemovesAsASortedMapWould() {
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            TreeMap<String, String> model = new TreeMap<>(LabelsTest::compareBytes);
            Labels labels = Labels.EMPTY;
            for (int i = 0; i < 12; i++) {
                String name = TEXTS[random.nextInt(TEXTS.length)];
                String value = TEXTS[random.nextInt(TEXTS.length)];
                labels = labels.with(name, value);
                if (value.isEmpty()) {
                    model.remove(name);
                } else {
                    model.put(name, value);
                }
                assertThat(labels).isEqualTo(Labels.of(model)).hasSameHashCodeAs(Labels.of(model));
                assertThat(labels.toMap()).containsExactlyEntriesOf(model);
            }
            byte[] bytes = labels.canonicalBytes();
            byte[] framed = new byte[bytes.length + 5];
            System.arraycopy(bytes, 0, framed, 3, bytes.length);
            assertThat(Labels.ofCanonicalBytes(framed, 3, 3 + bytes.length)).isEqualTo(labels);
        }
    }

    @Test
    void theOrderIsThatOfUtf8Bytes() {
        for (String left : TEXTS) {
            for (String right : TEXTS) {
                assertThat(Integer.signum(Labels.compareUtf8(left, right)))
                        .as("%s %s", left, right)
                        .isEqualTo(Integer.signum(compareBytes(left, right)));
            }
        }
        assertThat(Labels.of("a", "1")).isLessThan(Labels.of("a", "1", "b", "2"));
        assertThat(Labels.of("a", "2")).isGreaterThan(Labels.of("a", "1", "b", "2"));
    }

    @Test
    void bytesThatNoLabelsMakeAreRefused() {
        refused("canonical labels end inside a string at byte 1", 5, 'a');
        refused("canonical labels end inside a length at byte 1", 0x80);
        refused("canonical labels end with a name that has no value", 1, 'a');
        refused("label names are not ascending at byte 5", 1, 'b', 1, 'x', 1, 'a', 1, 'x');
        refused("label names are not ascending at byte 5", 1, 'a', 1, 'x', 1, 'a', 1, 'x');
        refused("the label a has an empty value", 1, 'a', 0);
        refused("a label string is not UTF-8 at byte 1", 1, 0xff, 1, 'x');
    }

    private static void refused(String message, int... bytes) {
        byte[] content = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            content[i] = (byte) bytes[i];
        }
        assertThatThrownBy(() -> Labels.ofCanonicalBytes(content, 0, content.length))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void readsAsASelector() {
        assertThat(Labels.of(Labels.METRIC_NAME, "up", "job", "a\"b\n")).hasToString("up{job=\"a\\\"b\\n\"}");
        assertThat(Labels.of(Labels.METRIC_NAME, "up")).hasToString("up");
        assertThat(Labels.EMPTY).hasToString("{}");
    }

    @Test
    void keepsAndDropsByName() {
        Labels labels = Labels.of("a", "1", "b", "2", "c", "3");
        assertThat(labels.keep(List.of("a", "c", "z"))).isEqualTo(Labels.of("a", "1", "c", "3"));
        assertThat(labels.drop(List.of("a", "c", "z"))).isEqualTo(Labels.of("b", "2"));
        assertThat(labels.drop(List.of("z"))).isSameAs(labels);
    }

    private static int compareBytes(String left, String right) {
        return Arrays.compareUnsigned(left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
    }
}
