package io.pharos.collection.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.collection.ScrapeJob;
import io.pharos.collection.metadata.MetadataCache;
import io.pharos.collection.metadata.MetricMetadata;
import io.pharos.collection.metadata.MetricType;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.Exemplar;
import io.pharos.timeseries.sample.ExemplarBatch;
import io.pharos.timeseries.sample.ExemplarRefusal;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.sample.StaleMarker;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ScrapeReaderTest {
    private final MetadataCache metadata = new MetadataCache(100);

    private ScrapeReader reader(String job) throws Exception {
        ScrapeJob read = Jobs.read("job_name: j\n" + job);
        Labels discovered = TargetResolver.discovered(read, Labels.of("zone", "z"), "a:1");
        return new ScrapeReader(TargetResolver.resolve(read, discovered).orElseThrow(), metadata, 1000, 2);
    }

    private static SampleBatch scrape(ScrapeReader reader, String text, long millis) throws ScrapeException {
        return reader.read(text.getBytes(StandardCharsets.UTF_8), false, millis, 0.5);
    }

    @Test
    void exemplarsComeBesideTheSamplesOfTheSeriesThatAreKept() throws Exception {
        ScrapeReader reader = reader("""
                metric_relabel_configs:
                - {source_labels: [__name__], regex: dropped, action: drop}
                """);
        String text = """
                kept 1 # {trace_id="a"} 0.5 1.25
                dropped 1 # {trace_id="b"} 0.5 1.25
                kept3 1 # nothing
                kept2 1 2 # {trace_id="c"} 0.75
                kept4 1 # {trace_id="d"} 1
                # EOF
                """;
        reader.read(text.getBytes(StandardCharsets.UTF_8), true, 9_000, 0.5);
        ExemplarBatch batch = reader.exemplars();
        assertThat(batch.series()).hasSize(2);
        assertThat(batch.series().get(0).series().metricName()).isEqualTo("kept");
        assertThat(batch.series().get(0).series().valueOf("job")).isEqualTo("j");
        assertThat(batch.series().get(0).exemplars())
                .containsExactly(new Exemplar(Labels.of("trace_id", "a"), 0.5, 1_250, true));
        assertThat(batch.series().get(1).exemplars())
                .as("the sample's time stands in for none")
                .containsExactly(new Exemplar(Labels.of("trace_id", "c"), 0.75, 2_000, false));
        assertThat(batch.refused()).isEqualTo(Map.of(ExemplarRefusal.INVALID, 1, ExemplarRefusal.REQUEST_LIMIT, 1));
        assertThat(reader.exemplars().isEmpty()).isTrue();
    }

    /** The samples of a batch: series without the target's labels, value and time. */
    private static Map<String, String> samples(SampleBatch batch) {
        Map<String, String> samples = new TreeMap<>();
        for (int i = 0; i < batch.seriesCount(); i++) {
            Labels labels = batch.labels(i);
            assertThat(labels.valueOf("job")).isEqualTo("j");
            for (int s = batch.sampleFrom()[i]; s < batch.sampleFrom()[i + 1]; s++) {
                double value = batch.values()[s];
                samples.put(
                        labels.drop(java.util.Set.of("job", "instance", "zone")).toString(),
                        (StaleMarker.is(value) ? "stale" : String.valueOf(value)) + "@" + batch.timestamps()[s]);
            }
        }
        return samples;
    }

    @Test
    void samplesCarryTheTargetsLabelsAndTheScrapeReportsItself() throws Exception {
        SampleBatch batch = scrape(reader(""), "# TYPE a counter\n# HELP a Helps.\na{x=\"1\"} 5\nb 6 123\n", 1000);
        assertThat(batch.labels(0))
                .isEqualTo(Labels.of("__name__", "a", "x", "1", "job", "j", "instance", "a:1", "zone", "z"));
        assertThat(samples(batch))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "a{x=\"1\"}", "5.0@1000",
                        "b", "6.0@123",
                        "up", "1.0@1000",
                        "scrape_duration_seconds", "0.5@1000",
                        "scrape_samples_scraped", "2.0@1000",
                        "scrape_samples_post_metric_relabeling", "2.0@1000",
                        "scrape_series_added", "2.0@1000"));
        assertThat(metadata.get("a")).containsExactly(new MetricMetadata(MetricType.COUNTER, "Helps.", ""));
    }

    @Test
    void aSeriesThatVanishesEndsAndMayComeBack() throws Exception {
        ScrapeReader reader = reader("");
        scrape(reader, "a 1\nb 1\ntimed 1 5\n", 1000);
        Map<String, String> second = samples(scrape(reader, "a 2\n", 2000));
        assertThat(second)
                .containsEntry("a", "2.0@2000")
                .containsEntry("b", "stale@2000")
                .doesNotContainKey("timed");
        assertThat(second).containsEntry("scrape_series_added", "0.0@2000");
        Map<String, String> third = samples(scrape(reader, "a 3\nb 3\n", 3000));
        assertThat(third).containsEntry("b", "3.0@3000");
        assertThat(samples(scrape(reader, "a 4\nb 4\n", 4000))).doesNotContainValue("stale@4000");
    }

    @Test
    void theSameSeriesWrittenAnotherWayDoesNotEnd() throws Exception {
        ScrapeReader reader = reader("");
        scrape(reader, "a{x=\"1\",y=\"2\"} 1\n", 1000);
        assertThat(samples(scrape(reader, "a{y=\"2\",x=\"1\"} 2\n", 2000)))
                .containsEntry("a{x=\"1\", y=\"2\"}", "2.0@2000");
    }

    @Test
    void aFailedScrapeEndsEverythingAndSaysDown() throws Exception {
        ScrapeReader reader = reader("");
        scrape(reader, "a 1\n", 1000);
        assertThatThrownBy(() -> scrape(reader, "a 2\nb {\n", 2000))
                .isInstanceOf(ScrapeException.class)
                .hasMessageContaining("2:3:");
        assertThat(samples(reader.failed(2000, 0.1)))
                .containsEntry("a", "stale@2000")
                .containsEntry("up", "0.0@2000")
                .containsEntry("scrape_samples_scraped", "0.0@2000")
                .doesNotContainKey("b");
        assertThat(samples(reader.failed(3000, 0.1))).doesNotContainKey("a");
        assertThat(samples(scrape(reader, "a 4\n", 4000))).containsEntry("a", "4.0@4000");
        assertThat(samples(reader.ended(5000)))
                .containsEntry("a", "stale@5000")
                .containsEntry("up", "stale@5000")
                .hasSize(6);
    }

    @Test
    void conflictingLabelsAreRenamedUnlessHonoured() throws Exception {
        String text = "a{job=\"own\",exported_job=\"older\",zone=\"\"} 1\n";
        SampleBatch renamed = scrape(reader(""), text, 1);
        assertThat(renamed.labels(0))
                .isEqualTo(Labels.of(
                        "__name__",
                        "a",
                        "job",
                        "j",
                        "exported_job",
                        "older",
                        "exported_exported_job",
                        "own",
                        "zone",
                        "z",
                        "instance",
                        "a:1"));
        SampleBatch honoured = scrape(reader("honor_labels: true"), text, 1);
        assertThat(honoured.labels(0).valueOf("job")).isEqualTo("own");
        assertThat(honoured.labels(0).valueOf("zone")).as("empty").isEmpty();
        assertThat(honoured.labels(0).valueOf("instance")).as("not shown").isEqualTo("a:1");
    }

    @Test
    void relabellingDropsAndRenames() throws Exception {
        ScrapeReader reader = reader("""
                metric_relabel_configs:
                  - {source_labels: [__name__], regex: go_.*, action: drop}
                  - {source_labels: [x], target_label: y}
                """);
        for (int round = 1; round < 3; round++) {
            Map<String, String> samples = samples(scrape(reader, "go_x 1\na{x=\"1\"} 2\n", round));
            assertThat(samples)
                    .containsEntry("a{x=\"1\", y=\"1\"}", "2.0@" + round)
                    .containsEntry("scrape_samples_scraped", "2.0@" + round)
                    .containsEntry("scrape_samples_post_metric_relabeling", "1.0@" + round)
                    .doesNotContainKey("go_x");
        }
    }

    @Test
    void limitsFailTheWholeScrape() throws Exception {
        assertLimit("sample_limit: 1", "a 1\nb 1\n", "sample_limit of 1");
        assertLimit("label_limit: 4", "a{x=\"1\"} 1\n", "label_limit of 4");
        assertLimit("label_name_length_limit: 8", "a{ninechars=\"1\"} 1\n", "label_name_length_limit of 8");
        assertLimit("label_value_length_limit: 3", "a{x=\"1234\"} 1\n", "label_value_length_limit of 3");
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 1001; i++) {
            many.append("a").append(i).append(" 1\n");
        }
        assertLimit("", many.toString(), "more than 1000 series");
    }

    private void assertLimit(String job, String text, String message) throws Exception {
        ScrapeReader reader = reader(job);
        assertThatThrownBy(() -> scrape(reader, text, 1))
                .isInstanceOf(ScrapeException.class)
                .hasMessageContaining(message);
    }

    @Test
    void timestampsOfTheTargetCanBeIgnoredOrTracked() throws Exception {
        assertThat(samples(scrape(reader("honor_timestamps: false"), "a 1 5\n", 1000)))
                .containsEntry("a", "1.0@1000");
        ScrapeReader tracking = reader("track_timestamps_staleness: true");
        scrape(tracking, "a 1 5\n", 1000);
        assertThat(samples(scrape(tracking, "", 2000))).containsEntry("a", "stale@2000");
    }
}
