package io.pharos.collection.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.Exemplar;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExemplarReaderTest {
    /** The exemplar after each sample of a text, null where one cannot be read; samples without one are left out. */
    private static List<@Nullable Exemplar> read(String text) throws ExpositionException {
        TextParser parser = new TextParser((text + "# EOF\n").getBytes(StandardCharsets.UTF_8), true);
        List<@Nullable Exemplar> all = new ArrayList<>();
        TextParser.Entry entry;
        int samples = 0;
        while ((entry = parser.next()) != TextParser.Entry.END) {
            if (entry == TextParser.Entry.SAMPLE) {
                samples++;
                assertThat(parser.labels().metricName()).isEqualTo("foo_bucket");
                if (parser.hasExemplar()) {
                    all.add(parser.exemplar(77));
                }
            }
        }
        assertThat(samples).isEqualTo(text.split("foo_bucket", -1).length - 1);
        return all;
    }

    @Test
    void formsOfTheSpecificationAreRead() throws Exception {
        assertThat(read("""
                        # TYPE foo histogram
                        foo_bucket{le="0.1"} 8 # {} 0.054
                        foo_bucket{le="1.0"} 11 # {trace_id="KOO5S4vxi0o"} 0.67
                        foo_bucket{le="10.0"} 17 1520879607.9 # {trace_id="oHg5SJ#YRHA0",a="q\\"\\n}"} 9.8 1520879607.789
                        foo_bucket{le="+Inf"} 17
                        """))
                .containsExactly(
                        new Exemplar(Labels.EMPTY, 0.054, 77, false),
                        new Exemplar(Labels.of("trace_id", "KOO5S4vxi0o"), 0.67, 77, false),
                        new Exemplar(
                                Labels.of("trace_id", "oHg5SJ#YRHA0", "a", "q\"\n}"), 9.8, 1_520_879_607_789L, true));
    }

    @Test
    void whatCannotBeReadCostsNoSample() throws Exception {
        assertThat(read("""
                        foo_bucket 1 #
                        foo_bucket 1 # {
                        foo_bucket 1 # {} x
                        foo_bucket 1 # {}
                        foo_bucket 1 # {a="b"} 1 2 3
                        foo_bucket 1 # {a="b",a="c"} 1
                        foo_bucket 1 # {"a"} 1
                        foo_bucket 1 # {a="b"} 1 # {a="b"} 1
                        foo_bucket 1 # a 1
                        foo_bucket 1 # {a="b"} 1 yesterday
                        """)).hasSize(10).containsOnlyNulls();
    }

    @Test
    void thePlainTextFormatHasNone() throws Exception {
        TextParser parser = new TextParser("foo 1\n# {a=\"b\"} 1\n".getBytes(StandardCharsets.UTF_8), false);
        assertThat(parser.next()).isEqualTo(TextParser.Entry.SAMPLE);
        assertThat(parser.hasExemplar()).isFalse();
        assertThat(parser.next()).isEqualTo(TextParser.Entry.END);
    }
}
