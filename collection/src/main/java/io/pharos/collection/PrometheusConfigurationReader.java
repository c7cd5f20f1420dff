package io.pharos.collection;

import io.pharos.conf.ConfigurationError;
import io.pharos.conf.YamlValue;
import io.pharos.timeseries.labels.Labels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a whole Prometheus configuration; what a job says is read by {@link ScrapeJobReader}. */
final class PrometheusConfigurationReader {
    private final Path file;
    private final boolean tolerateUnsupported;
    private final List<ConfigurationError> warnings;

    PrometheusConfigurationReader(Path file, boolean tolerateUnsupported, List<ConfigurationError> warnings) {
        this.file = file;
        this.tolerateUnsupported = tolerateUnsupported;
        this.warnings = warnings;
    }

    PrometheusConfiguration read(YamlValue root) {
        YamlValue.Mapping keys = root.mapping();
        GlobalSettings global = keys.optional("global").map(this::global).orElse(GlobalSettings.DEFAULT);
        List<String> rulePatterns = new ArrayList<>();
        Set<Path> ruleFiles = new LinkedHashSet<>();
        for (YamlValue pattern :
                keys.optional("rule_files").map(YamlValue::list).orElse(List.of())) {
            String absolute = FilePatterns.absolute(file, pattern.text());
            rulePatterns.add(absolute);
            pattern.parsed(text -> FilePatterns.matching(absolute)).ifPresent(ruleFiles::addAll);
        }
        List<ScrapeJob> jobs = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlValue job :
                keys.optional("scrape_configs").map(YamlValue::list).orElse(List.of())) {
            ScrapeJob read = new ScrapeJobReader(this, global).read(job);
            if (!names.add(read.name())) {
                job.error("the job_name '" + read.name() + "' is given twice");
            }
            jobs.add(read);
        }
        unsupported(
                keys,
                "alerting",
                "remote_write",
                "remote_read",
                "storage",
                "tracing",
                "otlp",
                "runtime",
                "scrape_config_files");
        keys.refuseOthers();
        return new PrometheusConfiguration(
                file, "", global, List.copyOf(rulePatterns), List.copyOf(ruleFiles), List.copyOf(jobs), List.of());
    }

    /** Records keys that Prometheus knows and Pharos does not yet: as errors, or as warnings where those are tolerated. */
    void unsupported(YamlValue.Mapping keys, String... names) {
        if (!tolerateUnsupported) {
            keys.refuseUnsupported(names);
            return;
        }
        for (String name : names) {
            keys.optional(name)
                    .ifPresent(value -> warnings.add(new ConfigurationError(
                            value.file(), value.line(), value.column(), name + ": is not supported yet, left out")));
        }
    }

    private GlobalSettings global(YamlValue value) {
        YamlValue.Mapping keys = value.mapping();
        GlobalSettings defaults = GlobalSettings.DEFAULT;
        Duration interval = positive(keys, "scrape_interval", defaults.scrapeInterval());
        boolean timeoutGiven = keys.optional("scrape_timeout").isPresent();
        Duration timeout = positive(keys, "scrape_timeout", defaults.scrapeTimeout());
        if (timeout.compareTo(interval) > 0) {
            if (timeoutGiven) {
                value.error("scrape_timeout is longer than scrape_interval");
            }
            timeout = interval;
        }
        GlobalSettings global = new GlobalSettings(
                interval,
                timeout,
                positive(keys, "evaluation_interval", defaults.evaluationInterval()),
                keys.optional("rule_query_offset").map(YamlValue::duration).orElse(Duration.ZERO),
                keys.optional("external_labels").map(this::externalLabels).orElse(Labels.EMPTY),
                ScrapeJobReader.limits(keys, ScrapeJob.Limits.NONE));
        keys.optional("scrape_protocols").ifPresent(ScrapeJobReader::protocols);
        ScrapeJobReader.utf8Names(keys);
        keys.optional("keep_dropped_targets").ifPresent(v -> v.integer(0, Integer.MAX_VALUE));
        keys.optional("scrape_native_histograms").ifPresent(v -> {
            if (v.bool()) {
                unsupported(value.mapping(), "scrape_native_histograms");
            }
        });
        unsupported(
                keys,
                "query_log_file",
                "scrape_failure_log_file",
                "convert_classic_histograms_to_nhcb",
                "always_scrape_classic_histograms",
                "extra_scrape_metrics");
        keys.refuseOthers();
        return global;
    }

    private Labels externalLabels(YamlValue value) {
        Labels.Builder labels = new Labels.Builder();
        for (Map.Entry<String, String> label : value.texts().entrySet()) {
            if (label.getKey().isEmpty() || label.getKey().equals(Labels.METRIC_NAME)) {
                value.error("'" + label.getKey() + "' is not a label name");
            } else {
                labels.set(label.getKey(), expand(label.getValue()));
            }
        }
        return labels.build();
    }

    /** Expands {@code $NAME} and {@code ${NAME}} from the environment, {@code $$} to a dollar; a missing variable is empty. */
    private static String expand(String text) {
        StringBuilder expanded = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '$' || at == text.length()) {
                expanded.append(c);
            } else if (text.charAt(at) == '$') {
                expanded.append('$');
                at++;
            } else {
                boolean braced = text.charAt(at) == '{';
                int from = braced ? at + 1 : at;
                int to = from;
                while (to < text.length() && (Character.isLetterOrDigit(text.charAt(to)) || text.charAt(to) == '_')) {
                    to++;
                }
                String found = System.getenv(text.substring(from, to));
                expanded.append(found == null ? "" : found);
                at = braced && to < text.length() ? to + 1 : to;
            }
        }
        return expanded.toString();
    }

    /** A duration above zero. */
    static Duration positive(YamlValue.Mapping keys, String key, Duration otherwise) {
        return keys.optional(key)
                .map(v -> {
                    Duration duration = v.duration();
                    if (duration.isZero()) {
                        v.error("must be above zero");
                        return otherwise;
                    }
                    return duration;
                })
                .orElse(otherwise);
    }

    Path file() {
        return file;
    }
}
