package io.pharos.collection.exposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.timeseries.labels.Labels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextParserTest {
    /** The way a node exporter writes, shortened and with other values. */
    static final String NODE = """
            # HELP go_gc_duration_seconds A summary of the pause duration of garbage collection cycles.
            # TYPE go_gc_duration_seconds summary
            go_gc_duration_seconds{quantile="0"} 1.2345e-05
            go_gc_duration_seconds{quantile="0.5"} 0.000123
            go_gc_duration_seconds{quantile="1"} 2
            go_gc_duration_seconds_sum 0.017391732
            go_gc_duration_seconds_count 91
            # a plain comment
            # TYPE node_cpu_seconds_total counter
            node_cpu_seconds_total{cpu="0",mode="idle"} 139042.78

            node_filesystem_avail_bytes{device="/dev/sda1",mountpoint="/a \\"b\\" \\\\ c\\nd"} 5.0123456789e+10
            # HELP http_latency Time\\nof \\\\ requests
            # TYPE http_latency histogram
            http_latency_bucket{le="1",} 3
            http_latency_bucket{ le = "+Inf" } 4 1700000000123
              spaced\t{a="1" , b="}"}   NaN\t-7
            node_inf -Inf
            hex 0x1p-2
            big 12345678901234567890
            """;

    private static List<String> read(String text, boolean openMetrics) throws ExpositionException {
        return read(text.getBytes(StandardCharsets.UTF_8), openMetrics);
    }

    private static List<String> read(byte[] text, boolean openMetrics) throws ExpositionException {
        TextParser parser = new TextParser(text, openMetrics);
        List<String> entries = new ArrayList<>();
        TextParser.Entry entry;
        while ((entry = parser.next()) != TextParser.Entry.END) {
            entries.add(
                    switch (entry) {
                        case SAMPLE ->
                            parser.labels() + " " + parser.value()
                                    + (parser.hasTimestamp() ? " @" + parser.timestampMillis() : "");
                        case TYPE ->
                            "TYPE " + parser.metric() + " " + parser.type().text();
                        case HELP -> "HELP " + parser.metric() + " " + parser.text();
                        case UNIT -> "UNIT " + parser.metric() + " " + parser.text();
                        default -> throw new IllegalStateException();
                    });
        }
        return entries;
    }

    @Test
    void readsWhatANodeExporterWrites() throws Exception {
        assertThat(read(NODE, false))
                .containsExactly(
                        "HELP go_gc_duration_seconds A summary of the pause duration of garbage collection cycles.",
                        "TYPE go_gc_duration_seconds summary",
                        "go_gc_duration_seconds{quantile=\"0.0\"} 1.2345E-5",
                        "go_gc_duration_seconds{quantile=\"0.5\"} 1.23E-4",
                        "go_gc_duration_seconds{quantile=\"1.0\"} 2.0",
                        "go_gc_duration_seconds_sum 0.017391732",
                        "go_gc_duration_seconds_count 91.0",
                        "TYPE node_cpu_seconds_total counter",
                        "node_cpu_seconds_total{cpu=\"0\", mode=\"idle\"} 139042.78",
                        "node_filesystem_avail_bytes{device=\"/dev/sda1\", mountpoint=\"/a \\\"b\\\" \\\\ c\\nd\"}"
                                + " 5.0123456789E10",
                        "HELP http_latency Time\nof \\ requests",
                        "TYPE http_latency histogram",
                        "http_latency_bucket{le=\"1.0\"} 3.0",
                        "http_latency_bucket{le=\"+Inf\"} 4.0 @1700000000123",
                        "spaced{a=\"1\", b=\"}\"} NaN @-7",
                        "node_inf -Infinity",
                        "hex 0.25",
                        "big 1.2345678901234567E19");
    }

    @Test
    void readsOpenMetrics() throws Exception {
        assertThat(read("""
                        # TYPE requests counter
                        # UNIT requests seconds
                        # HELP requests How \\"many\\".
                        requests_total{a="b"} 5 1700000000.5 # {trace_id="x"} 0.67 1700000000
                        requests_created{a="b"} 1.7e9
                        # EOF
                        """, true))
                .containsExactly(
                        "TYPE requests counter",
                        "UNIT requests seconds",
                        "HELP requests How \"many\".",
                        "requests_total{a=\"b\"} 5.0 @1700000000500",
                        "requests_created{a=\"b\"} 1.7E9");
        assertThat(read("# EOF", true)).isEmpty();
    }

    @Test
    void quotedNamesMayHoldAnything() throws Exception {
        assertThat(read(
                        "# TYPE \"cpu.load\" gauge\n{\"cpu.load\",\"label.x\"=\"v\",b=\"ü\"} 1\n{a=\"1\",\"m n\"} 2\n",
                        false))
                .containsExactly("TYPE cpu.load gauge", "cpu.load{b=\"ü\", label.x=\"v\"} 1.0", "m n{a=\"1\"} 2.0");
    }

    @Test
    void aLastLineNeedsNoNewline() throws Exception {
        assertThat(read("a 1\nb 2", false)).containsExactly("a 1.0", "b 2.0");
        assertThat(read("", false)).isEmpty();
    }

    @Test
    void faultsAreNamedByLineAndColumn() {
        assertFault("a 1\n9b 2\n", "2:1: expected a metric name");
        assertFault("a{b=\"c\" 1\n", "1:2: '{' without '}'");
        assertFault("a{b=\"c\"} x\n", "1:10: expected a value");
        assertFault("a\n", "1:2: expected a space after the metric name");
        assertFault("a 1 2.5\n", "1:5: expected a timestamp in whole milliseconds");
        assertFault("a 1 2 3\n", "1:7: expected the end of the line");
        assertFault("ok 1\na{b=\"c\",b=\"d\"} 1\n", "2:9: the label b is given twice");
        assertFault("a{b=c} 1\n", "1:5: expected a quoted label value");
        assertFault("a{9=\"c\"} 1\n", "1:3: expected a label name");
        assertFault("{b=\"c\"} 1\n", "1:7: the metric name is missing");
        assertFault("# TYPE a what\n", "1:10: unknown metric type 'what'");
        assertFault("a 1\r\n", "1:3: expected a value");
        assertFault("a 1e\n", "1:3: expected a value");
        assertFault("a 1d\n", "1:3: expected a value");
        assertThatThrownBy(() -> read("a 1\n", true)).hasMessage("2:1: the text ends without # EOF");
        assertThatThrownBy(() -> read("# EOF\na 1\n", true)).hasMessage("2:1: nothing may follow # EOF");
        assertThatThrownBy(() -> read("\n# EOF\n", true)).hasMessage("1:1: OpenMetrics has no blank lines");
        assertThatThrownBy(() -> read(new byte[] {'a', '{', 'b', '=', '"', (byte) 0xff, '"', '}', ' ', '1'}, false))
                .hasMessage("1:6: not valid UTF-8");
    }

    private static void assertFault(String text, String message) {
        assertThatThrownBy(() -> read(text, false))
                .isInstanceOf(ExpositionException.class)
                .hasMessage(message);
    }

    @Test
    void boundsAreWrittenInOneWay() {
        String[][] pairs = {
            {"1", "1.0"},
            {"0", "0.0"},
            {"0.5", "0.5"},
            {"1e3", "1000.0"},
            {"1000000", "1e+06"},
            {"1234567", "1.234567e+06"},
            {"0.00001", "1e-05"},
            {"+Inf", "+Inf"},
            {"inf", "+Inf"},
            {"-Inf", "-Inf"},
            {"100000", "100000.0"},
            {"0.0001", "0.0001"},
            {"-2", "-2.0"},
            {"word", "word"},
            {"", ""},
            {"nan", "NaN"},
            {"1.50", "1.5"}
        };
        for (String[] pair : pairs) {
            assertThat(Numbers.normalised(pair[0])).isEqualTo(pair[1]);
        }
    }

    @Test
    void numbersAreReadExactly() {
        Random random = new Random(3);
        for (int i = 0; i < 100_000; i++) {
            double value = switch (i % 4) {
                case 0 -> Double.longBitsToDouble(random.nextLong());
                case 1 -> random.nextInt() / 1000.0;
                case 2 -> random.nextLong();
                default -> random.nextGaussian();
            };
            if (Double.isFinite(value)) {
                byte[] text = String.valueOf(value).getBytes(StandardCharsets.US_ASCII);
                assertThat(Numbers.isNumber(text, 0, text.length)).isTrue();
                assertThat(Numbers.parse(text, 0, text.length)).isEqualTo(value);
            }
        }
    }

    @Test
    void anyTextIsReadOrRefusedWithAPlace() {
        Random random = new Random(5);
        byte[] good = NODE.getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < good.length; length++) {
            survives(java.util.Arrays.copyOf(good, length));
        }
        String alphabet = "abc{}=\",# \n\\1.e+-NIi:_TYPEHEL\t\u00e4";
        for (int i = 0; i < 100_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(40); n > 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            survives(text.toString().getBytes(StandardCharsets.UTF_8));
            byte[] changed = java.util.Arrays.copyOf(good, 400);
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            changed[random.nextInt(changed.length)] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
            if (i % 20 == 0) {
                survives(changed);
            }
        }
    }

    private static void survives(byte[] text) {
        for (boolean openMetrics : new boolean[] {false, true}) {
            try {
                read(text, openMetrics);
            } catch (ExpositionException e) {
                assertThat(e.line()).isPositive();
                assertThat(e.column()).isPositive();
            }
        }
    }

    @Test
    void labelsCanBeAskedForWithoutLosingThePlace() throws Exception {
        TextParser parser = new TextParser("a{x=\"1\"} 1\nb{y=\"2\"} 2".getBytes(StandardCharsets.UTF_8), false);
        parser.next();
        assertThat(parser.labels()).isEqualTo(Labels.of("__name__", "a", "x", "1"));
        parser.next();
        assertThat(parser.labels()).isEqualTo(Labels.of("__name__", "b", "y", "2"));
        assertThat(parser.next()).isEqualTo(TextParser.Entry.END);
    }
}
