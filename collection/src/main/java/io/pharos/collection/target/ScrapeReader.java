package io.pharos.collection.target;

import io.pharos.collection.ScrapeJob;
import io.pharos.collection.exposition.ExpositionException;
import io.pharos.collection.exposition.TextParser;
import io.pharos.collection.metadata.MetadataCache;
import io.pharos.collection.metadata.MetricMetadata;
import io.pharos.collection.relabel.RelabelRule;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.Exemplar;
import io.pharos.timeseries.sample.ExemplarBatch;
import io.pharos.timeseries.sample.ExemplarBatchBuilder;
import io.pharos.timeseries.sample.ExemplarRefusal;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.sample.StaleMarker;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns what one target answers into samples: its labels, relabelling, limits, the series about the scrape itself, and stale
 * markers. Every scrape gives a batch, a failed one too. Not thread-safe; belongs to one target's actor.
 */
final class ScrapeReader {
    private static final List<String> REPORTS = List.of(
            "up",
            "scrape_duration_seconds",
            "scrape_samples_scraped",
            "scrape_samples_post_metric_relabeling",
            "scrape_series_added");
    private static final int METADATA_MAX = 10_000;

    private final ScrapeTarget target;
    private final ScrapeJob job;
    private final MetadataCache metadata;
    private final int seriesMax;
    private final ScrapedSeries series = new ScrapedSeries();
    private final Map<String, MetricMetadata> described = new HashMap<>();
    // Told only after a whole answer: a type on one line and a help on the next are one description, not two.
    private final Set<String> newlyDescribed = new HashSet<>();
    private final byte[][] reportLabels = new byte[REPORTS.size()][];
    private boolean reported;
    private final int exemplarsMax;
    private @Nullable ExemplarBatchBuilder exemplars;
    private int scraped;
    private int stored;

    ScrapeReader(ScrapeTarget target, MetadataCache metadata, int seriesMax, int exemplarsMax) {
        this.target = target;
        this.job = target.job();
        this.metadata = metadata;
        this.seriesMax = seriesMax;
        this.exemplarsMax = exemplarsMax;
        for (int i = 0; i < reportLabels.length; i++) {
            reportLabels[i] =
                    target.labels().with(Labels.METRIC_NAME, REPORTS.get(i)).canonicalBytes();
        }
    }

    /**
     * Reads an answer.
     *
     * @throws ScrapeException when the scrape has to fail as a whole; {@link #failed} then gives its batch
     */
    SampleBatch read(byte[] body, boolean openMetrics, long scrapeMillis, double seconds) throws ScrapeException {
        SampleBatchBuilder batch = new SampleBatchBuilder();
        scraped = 0;
        stored = 0;
        exemplars = null;
        series.begin();
        TextParser parser = new TextParser(body, openMetrics);
        try {
            TextParser.Entry entry;
            while ((entry = parser.next()) != TextParser.Entry.END) {
                switch (entry) {
                    case SAMPLE -> sample(parser, body, scrapeMillis, batch);
                    case TYPE -> describe(parser.metric(), d -> new MetricMetadata(parser.type(), d.help(), d.unit()));
                    case HELP -> describe(parser.metric(), d -> new MetricMetadata(d.type(), parser.text(), d.unit()));
                    case UNIT -> describe(parser.metric(), d -> new MetricMetadata(d.type(), d.help(), parser.text()));
                    default -> throw new IllegalStateException("no such entry: " + entry);
                }
            }
        } catch (ExpositionException e) {
            throw new ScrapeException("the answer cannot be read at " + e.getMessage());
        }
        newlyDescribed.forEach(metric -> metadata.put(metric, described.getOrDefault(metric, MetricMetadata.NONE)));
        newlyDescribed.clear();
        series.commit(labels -> batch.series(labels).sample(scrapeMillis, StaleMarker.VALUE));
        report(batch, scrapeMillis, 1, seconds, series.added());
        return batch.build();
    }

    /** The batch of a scrape that failed: {@code up} is 0, and what lived ends. */
    SampleBatch failed(long scrapeMillis, double seconds) {
        SampleBatchBuilder batch = new SampleBatchBuilder();
        series.end(labels -> batch.series(labels).sample(scrapeMillis, StaleMarker.VALUE));
        scraped = 0;
        stored = 0;
        report(batch, scrapeMillis, 0, seconds, 0);
        return batch.build();
    }

    /** The batch of a target that is gone: what lived ends, the series about its scrapes too. */
    SampleBatch ended(long millis) {
        SampleBatchBuilder batch = new SampleBatchBuilder();
        series.end(labels -> batch.series(labels).sample(millis, StaleMarker.VALUE));
        if (reported) {
            for (byte[] labels : reportLabels) {
                batch.series(labels).sample(millis, StaleMarker.VALUE);
            }
        }
        return batch.build();
    }

    /** The exemplars of the last answer that was read, once: they are let go of here. */
    ExemplarBatch exemplars() {
        ExemplarBatchBuilder gathered = exemplars;
        exemplars = null;
        return gathered == null ? ExemplarBatch.EMPTY : gathered.build();
    }

    /** Samples the last answer held. */
    int scraped() {
        return scraped;
    }

    private void report(SampleBatchBuilder batch, long millis, int up, double seconds, int added) {
        double[] values = {up, seconds, scraped, stored, added};
        for (int i = 0; i < values.length; i++) {
            batch.series(reportLabels[i]).sample(millis, values[i]);
        }
        reported = true;
    }

    private void sample(TextParser parser, byte[] body, long scrapeMillis, SampleBatchBuilder batch)
            throws ScrapeException, ExpositionException {
        scraped++;
        ScrapedSeries.Entry entry = series.find(body, parser.seriesFrom(), parser.seriesTo());
        if (entry == null) {
            if (series.size() >= 2L * seriesMax) {
                throw new ScrapeException("the target shows more than " + seriesMax + " series");
            }
            entry = series.add(labels(parser));
        }
        boolean ownTime = parser.hasTimestamp() && job.honorTimestamps();
        series.see(entry, !ownTime || job.trackTimestampsStaleness());
        byte[] canonical = entry.canonical;
        if (canonical == null) {
            return;
        }
        stored++;
        int limit = job.limits().samples();
        if (limit > 0 && stored > limit) {
            throw new ScrapeException("the sample_limit of " + limit + " is exceeded");
        }
        if (stored > seriesMax) {
            throw new ScrapeException("the target shows more than " + seriesMax + " series");
        }
        long time = ownTime ? parser.timestampMillis() : scrapeMillis;
        batch.series(canonical).sample(time, parser.value());
        if (parser.hasExemplar()) {
            exemplar(parser, canonical, time);
        }
    }

    private void exemplar(TextParser parser, byte[] canonical, long time) {
        ExemplarBatchBuilder gathering = exemplars;
        if (gathering == null) {
            gathering = new ExemplarBatchBuilder(exemplarsMax);
            exemplars = gathering;
        }
        Exemplar exemplar = gathering.isFull() ? null : parser.exemplar(time);
        if (exemplar != null) {
            gathering.add(Labels.ofCanonicalBytes(canonical, 0, canonical.length), exemplar);
        } else {
            gathering.refuse(gathering.isFull() ? ExemplarRefusal.REQUEST_LIMIT : ExemplarRefusal.INVALID);
        }
    }

    /** The labels a scraped series is stored with, or null where it is dropped. */
    private byte @Nullable [] labels(TextParser parser) throws ExpositionException, ScrapeException {
        Labels scrapedLabels = parser.labels();
        Labels.Builder builder = scrapedLabels.toBuilder();
        Labels own = target.labels();
        for (int i = 0; i < own.size(); i++) {
            String name = own.name(i);
            String existing = scrapedLabels.valueOf(name);
            if (existing.isEmpty()) {
                // Where labels are honoured an empty one says that there is to be none: the Pushgateway shows such an
                // instance.
                if (!job.honorLabels() || !parser.emptied().contains(name)) {
                    builder.set(name, own.value(i));
                }
            } else if (!job.honorLabels()) {
                String renamed = "exported_" + name;
                while (!builder.get(renamed).isEmpty() || !own.valueOf(renamed).isEmpty()) {
                    renamed = "exported_" + renamed;
                }
                builder.set(renamed, existing).set(name, own.value(i));
            }
        }
        for (RelabelRule rule : job.metricRelabelRules()) {
            if (!rule.applyTo(builder)) {
                return null;
            }
        }
        Labels result = builder.build();
        if (result.size() == 0) {
            return null;
        }
        if (result.metricName().isEmpty()) {
            throw new ScrapeException("metric_relabel_configs leave " + scrapedLabels + " without a name");
        }
        checkLimits(result);
        return result.canonicalBytes();
    }

    private void checkLimits(Labels labels) throws ScrapeException {
        ScrapeJob.Limits limits = job.limits();
        if (limits.labels() > 0 && labels.size() > limits.labels()) {
            throw new ScrapeException(
                    "the label_limit of " + limits.labels() + " is exceeded by " + labels.metricName());
        }
        for (int i = 0; i < labels.size(); i++) {
            if (limits.labelNameBytes() > 0 && utf8Length(labels.name(i)) > limits.labelNameBytes()) {
                throw new ScrapeException("the label_name_length_limit of " + limits.labelNameBytes()
                        + " is exceeded by a label of " + labels.metricName());
            }
            if (limits.labelValueBytes() > 0 && utf8Length(labels.value(i)) > limits.labelValueBytes()) {
                throw new ScrapeException("the label_value_length_limit of " + limits.labelValueBytes()
                        + " is exceeded by " + labels.name(i) + " of " + labels.metricName());
            }
        }
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private void describe(String metric, java.util.function.UnaryOperator<MetricMetadata> change) {
        MetricMetadata before = described.getOrDefault(metric, MetricMetadata.NONE);
        MetricMetadata after = change.apply(before);
        if (!after.equals(before) && (described.size() < METADATA_MAX || described.containsKey(metric))) {
            described.put(metric, after);
            newlyDescribed.add(metric);
        }
    }
}
