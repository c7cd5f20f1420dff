package io.pharos.collection.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.SampleBatch;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The formats of imports: what is read is what was written, and a damaged line harms no other. */
class LinesTest {
    private final Map<Labels, Map<Long, Long>> found = new TreeMap<>();
    private final RunGatherer gatherer = new RunGatherer(1000, this::take);

    private void take(SampleBatch batch) {
        for (int series = 0; series < batch.seriesCount(); series++) {
            Map<Long, Long> samples = found.computeIfAbsent(batch.labels(series), added -> new TreeMap<>());
            for (int i = batch.sampleFrom()[series]; i < batch.sampleFrom()[series + 1]; i++) {
                samples.put(batch.timestamps()[i], Double.doubleToRawLongBits(batch.values()[i]));
            }
        }
    }

    private LineSource read(LineFormat format, byte[] body) throws IOException {
        // In pieces of any size, as a connection brings them.
        InputStream in = new ByteArrayInputStream(body) {
            private final Random sizes = new Random(body.length);

            @Override
            public synchronized int read(byte[] to, int offset, int length) {
                return super.read(to, offset, Math.min(length, 1 + sizes.nextInt(700)));
            }
        };
        LineSource source = new LineSource(in, 1 << 20);
        source.readAll(format, gatherer);
        gatherer.flush();
        return source;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static double value(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> random.nextInt(1000);
            case 1 -> random.nextInt() / 100.0;
            case 2 -> Double.longBitsToDouble(random.nextLong() & 0x7fefffffffffffffL);
            case 3 -> -random.nextDouble();
            case 4 -> 0;
            default -> random.nextLong();
        };
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c > 0xd7ff) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    private static List<String> jsonLines(Random random, int count, Map<Labels, Map<Long, Long>> expected) {
        String[] names = {"a", "b\"c", "ä\\ö", "\n\u0001", "日本", "e"};
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String job = names[random.nextInt(names.length)];
            Labels labels = Labels.of("__name__", "m" + random.nextInt(3), "job", job);
            StringBuilder values = new StringBuilder();
            StringBuilder times = new StringBuilder();
            int samples = random.nextInt(40);
            for (int s = 0; s < samples; s++) {
                double value = value(random);
                long time = i * 100_000L + s - 1_000_000;
                values.append(s == 0 ? "" : ",")
                        .append(random.nextInt(9) == 0 ? " " : "")
                        .append(value);
                times.append(s == 0 ? "" : random.nextInt(9) == 0 ? " , " : ",").append(time);
                expected.computeIfAbsent(labels, added -> new TreeMap<>()).put(time, Double.doubleToRawLongBits(value));
            }
            String metric =
                    "\"metric\":{\"__name__\":" + quoted(labels.metricName()) + ",\"job\" : " + quoted(job) + "}";
            String first = "\"values\":[" + values + "]";
            String second = "\"timestamps\":[" + times + "]";
            lines.add(
                    random.nextBoolean()
                            ? "{" + metric + "," + first + "," + second + "}"
                            : "{ " + second + ", \"other\":{\"x\":[1,null,\"}\"]}, " + first + "," + metric + " }\r");
        }
        return lines;
    }

    @Test
    void jsonLinesOfAnyFormAreReadBitByBit() throws IOException {
        for (int seed = 0; seed < 30; seed++) {
            found.clear();
            Map<Labels, Map<Long, Long>> expected = new TreeMap<>();
            List<String> lines = jsonLines(new Random(seed), 60, expected);
            LineSource source = read(new JsonLines(Labels.EMPTY), bytes(String.join("\n", lines)));
            assertThat(source.errors()).isEmpty();
            assertThat(source.lines()).isEqualTo(60);
            assertThat(found).isEqualTo(expected);
        }
    }

    @Test
    void aDamagedLineIsNamedOrReadsAsSomethingAndTheOthersAreWhole() throws IOException {
        Random random = new Random(7);
        int named = 0;
        for (int round = 0; round < 500; round++) {
            found.clear();
            Map<Labels, Map<Long, Long>> before = new TreeMap<>();
            Map<Labels, Map<Long, Long>> after = new TreeMap<>();
            String first = jsonLines(new Random(round), 1, before).get(0);
            byte[] damaged = bytes(
                    jsonLines(new Random(round + 1000), 1, new TreeMap<>()).get(0));
            int hits = 1 + random.nextInt(3);
            for (int i = 0; i < hits; i++) {
                byte hit = (byte) random.nextInt(256);
                damaged[random.nextInt(damaged.length)] = hit == '\n' ? (byte) 'x' : hit;
            }
            String last = jsonLines(new Random(round + 5000), 1, after)
                    .get(0)
                    .replace("\"m0\"", "\"z\"")
                    .replace("\"m1\"", "\"z\"")
                    .replace("\"m2\"", "\"z\"");
            java.io.ByteArrayOutputStream body = new java.io.ByteArrayOutputStream();
            body.writeBytes(bytes(first + "\n"));
            body.writeBytes(damaged);
            body.writeBytes(bytes("\n" + last));
            LineSource source = read(new JsonLines(Labels.EMPTY), body.toByteArray());
            assertThat(source.lines()).isEqualTo(3);
            named += (int) source.badLines();
            assertThat(source.badLines()).isLessThanOrEqualTo(1);
            if (source.badLines() == 1) {
                assertThat(source.errors()).singleElement().asString().startsWith("line 2, column ");
                long samples = found.values().stream().mapToLong(Map::size).sum();
                assertThat(samples)
                        .isEqualTo(before.values().stream().mapToLong(Map::size).sum()
                                + after.values().stream().mapToLong(Map::size).sum());
            }
        }
        assertThat(named).isGreaterThan(100);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"metric\":{\"__name__\":\"a\"},\"values\":[1],\"timestamps\":[1,2]} | 1 | 1 values and 2 timestamps",
                "{\"metric\":{\"job\":\"a\"},\"values\":[1],\"timestamps\":[1]} | 11 | the metric has no __name__",
                "{\"metric\":{\"__name__\":\"a\"},\"values\":[1],\"timestamps\":[1.5]} | 55 | whole milliseconds",
                "{\"metric\":{\"__name__\":\"a\",\"a\":\"1\",\"a\":\"2\"},\"values\":[1],\"timestamps\":[1]} | 35 | given twice",
                "{\"metric\":{\"__name__\":\"a\"},\"values\":[1],\"timestamps\":[1]} x | 59 | nothing more",
                "{\"metric\":{\"__name__\":\"a\"},\"values\":[1] | 40 | expected '}' and found the end",
                "{\"metric\":{\"__name__\":\"a\"},\"values\":[\"x\"],\"timestamps\":[1]} | 38 | expected a number",
                "[] | 1 | expected '{'",
            })
    void errorsNameTheColumn(String line, int column, String what) {
        byte[] bytes = bytes(line);
        assertThatThrownBy(() -> new JsonLines(Labels.EMPTY).read(bytes, 0, bytes.length, gatherer))
                .isInstanceOfSatisfying(LineException.class, wrong -> {
                    assertThat(wrong).hasMessageContaining(what);
                    assertThat(wrong.column()).isEqualTo(column);
                });
        assertThat(gatherer.gathered()).isZero();
    }

    @Test
    void specialValuesAreTaken() throws IOException {
        LineSource source = read(
                new JsonLines(Labels.of("dc", "x")),
                bytes(
                        "{\"metric\":{\"__name__\":\"a\",\"dc\":\"y\"},\"values\":[null,\"Infinity\",\"-Inf\",1e3,\"NaN\"],"
                                + "\"timestamps\":[1,2,3,4,-5]}"));
        assertThat(source.errors()).isEmpty();
        assertThat(found)
                .isEqualTo(Map.of(
                        Labels.of("__name__", "a", "dc", "x"),
                        new TreeMap<>(Map.of(
                                1L, 0x7ff8000000000001L,
                                2L, Double.doubleToRawLongBits(Double.POSITIVE_INFINITY),
                                3L, Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY),
                                4L, Double.doubleToRawLongBits(1000),
                                -5L, 0x7ff8000000000001L))));
    }

    @Test
    void csvFieldsTimesAndQuotesAreRead() throws IOException {
        LineSource source = read(
                new CsvLines(
                        CsvColumns.parse("1:time:rfc3339,3:label:host,4:metric:load,5:metric:temp"), Labels.EMPTY, 0),
                bytes("1970-01-01T00:00:01Z,x,\"a,\"\"b\"\"\",1.5,\n"
                        + "1970-01-01T00:00:02Z,x,c,,2\n"
                        + "1970-01-01T00:00:03Z,x,c,y,2\n"
                        + "yesterday,x,c,1,2\n"
                        + "1970-01-01T00:00:03Z,x\n"));
        assertThat(source.errors())
                .containsExactly(
                        "line 3, column 26: expected a number",
                        "line 4, column 1: expected a time as rfc3339",
                        "line 5, column 23: 2 columns, the format names column 5");
        assertThat(found)
                .isEqualTo(Map.of(
                        Labels.of("__name__", "load", "host", "a,\"b\""),
                        new TreeMap<>(Map.of(1000L, Double.doubleToRawLongBits(1.5))),
                        Labels.of("__name__", "temp", "host", "c"),
                        new TreeMap<>(Map.of(2000L, Double.doubleToRawLongBits(2)))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1:metric | is not COLUMN",
                "0:metric:a | is not COLUMN",
                "1:metric:a,1:label:b | given twice",
                "1:label:b | no column is a metric",
                "1:time:days,2:metric:a | times are",
                "1:time:unix_s,3:time:unix_s,2:metric:a | two columns of time",
                "1:thing:a | neither",
            })
    void aWrongCsvFormatIsNamed(String format, String what) {
        assertThatThrownBy(() -> CsvColumns.parse(format))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(what);
    }

    @Test
    void aLineThatIsTooLongIsLeftOut() throws IOException {
        byte[] body = bytes("a 1 1\n" + "b".repeat(3_000_000) + " 2 2\nc 3 3");
        LineSource source = read(new TextLines(Labels.EMPTY, 0), body);
        assertThat(source.errors()).singleElement().asString().contains("line 2", "longer than");
        assertThat(found.keySet()).containsExactlyInAnyOrder(Labels.of("__name__", "a"), Labels.of("__name__", "c"));
    }
}
