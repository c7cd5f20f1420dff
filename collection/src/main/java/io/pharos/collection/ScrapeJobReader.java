package io.pharos.collection;

import io.pharos.collection.ScrapeJob.FileDiscovery;
import io.pharos.collection.ScrapeJob.TargetGroup;
import io.pharos.collection.relabel.RelabelReader;
import io.pharos.conf.YamlValue;
import io.pharos.httpclient.HttpClientSettings;
import io.pharos.timeseries.labels.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one entry of {@code scrape_configs}. */
final class ScrapeJobReader {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})\\s*([KMGTPE]?)(i?)B");
    private static final Set<String> PROTOCOLS = Set.of(
            "PrometheusProto",
            "OpenMetricsText0.0.1",
            "OpenMetricsText1.0.0",
            "PrometheusText0.0.4",
            "PrometheusText1.0.0");

    /** Ways of discovery that Prometheus has and Pharos does not yet. */
    private static final String[] OTHER_DISCOVERY = {
        "http_sd_configs",
        "dns_sd_configs",
        "kubernetes_sd_configs",
        "consul_sd_configs",
        "nomad_sd_configs",
        "eureka_sd_configs",
        "serverset_sd_configs",
        "nerve_sd_configs",
        "docker_sd_configs",
        "dockerswarm_sd_configs",
        "kuma_sd_configs",
        "marathon_sd_configs",
        "triton_sd_configs",
        "puppetdb_sd_configs",
        "openstack_sd_configs",
        "ec2_sd_configs",
        "lightsail_sd_configs",
        "aws_sd_configs",
        "azure_sd_configs",
        "gce_sd_configs",
        "digitalocean_sd_configs",
        "hetzner_sd_configs",
        "ionos_sd_configs",
        "linode_sd_configs",
        "ovhcloud_sd_configs",
        "scaleway_sd_configs",
        "stackit_sd_configs",
        "uyuni_sd_configs",
        "vultr_sd_configs",
        "oci_sd_configs",
        "outscale_sd_configs"
    };

    private final PrometheusConfigurationReader outer;
    private final GlobalSettings global;

    ScrapeJobReader(PrometheusConfigurationReader outer, GlobalSettings global) {
        this.outer = outer;
        this.global = global;
    }

    ScrapeJob read(YamlValue value) {
        YamlValue.Mapping keys = value.mapping();
        String name = keys.required("job_name").text();
        Duration interval = PrometheusConfigurationReader.positive(keys, "scrape_interval", global.scrapeInterval());
        boolean timeoutGiven = keys.optional("scrape_timeout").isPresent();
        Duration timeout = PrometheusConfigurationReader.positive(keys, "scrape_timeout", global.scrapeTimeout());
        if (timeout.compareTo(interval) > 0) {
            if (timeoutGiven) {
                value.error("scrape_timeout is longer than scrape_interval");
            }
            timeout = interval;
        }
        keys.optional("scrape_protocols").ifPresent(ScrapeJobReader::protocols);
        utf8Names(keys);
        keys.optional("keep_dropped_targets").ifPresent(v -> v.integer(0, Integer.MAX_VALUE));
        ScrapeJob job = new ScrapeJob(
                name,
                interval,
                timeout,
                keys.optional("metrics_path").map(YamlValue::text).orElse("/metrics"),
                keys.optional("scheme").map(ScrapeJobReader::scheme).orElse("http"),
                keys.optional("params").map(ScrapeJobReader::params).orElse(Map.of()),
                keys.optional("honor_labels").map(YamlValue::bool).orElse(false),
                keys.optional("honor_timestamps").map(YamlValue::bool).orElse(true),
                keys.optional("track_timestamps_staleness").map(YamlValue::bool).orElse(false),
                keys.optional("enable_compression").map(YamlValue::bool).orElse(true),
                keys.optional("fallback_scrape_protocol")
                        .map(ScrapeJobReader::fallback)
                        .orElse(ScrapeJob.Fallback.NONE),
                limits(keys, global.limits()),
                HttpClientSettings.read(value, keys),
                keys.optional("relabel_configs").map(RelabelReader::readAll).orElse(List.of()),
                keys.optional("metric_relabel_configs")
                        .map(RelabelReader::readAll)
                        .orElse(List.of()),
                keys.optional("static_configs").map(this::groups).orElse(List.of()),
                keys.optional("file_sd_configs").map(this::files).orElse(List.of()));
        outer.unsupported(keys, OTHER_DISCOVERY);
        outer.unsupported(
                keys,
                "native_histogram_bucket_limit",
                "native_histogram_min_bucket_factor",
                "convert_classic_histograms_to_nhcb",
                "always_scrape_classic_histograms",
                "scrape_native_histograms",
                "extra_scrape_metrics",
                "scrape_failure_log_file");
        keys.refuseOthers();
        if (name.isEmpty()) {
            value.error("job_name is empty");
        }
        return job;
    }

    /** Reads the limits, which jobs inherit from the global section. */
    static ScrapeJob.Limits limits(YamlValue.Mapping keys, ScrapeJob.Limits inherited) {
        return new ScrapeJob.Limits(
                keys.optional("body_size_limit").map(ScrapeJobReader::size).orElse(inherited.bodyBytes()),
                count(keys, "sample_limit", inherited.samples()),
                count(keys, "target_limit", inherited.targets()),
                count(keys, "label_limit", inherited.labels()),
                count(keys, "label_name_length_limit", inherited.labelNameBytes()),
                count(keys, "label_value_length_limit", inherited.labelValueBytes()));
    }

    private static int count(YamlValue.Mapping keys, String key, int inherited) {
        return keys.optional(key)
                .map(v -> (int) v.integer(0, Integer.MAX_VALUE))
                .orElse(inherited);
    }

    /** Names are UTF-8 and never escaped here, which is Prometheus' default: other schemes are not supported yet. */
    static void utf8Names(YamlValue.Mapping keys) {
        keys.optional("metric_name_validation_scheme").ifPresent(v -> {
            if (!v.text().equals("utf8")) {
                v.error("'" + v.text() + "' is not supported yet: only utf8");
            }
        });
        keys.optional("metric_name_escaping_scheme").ifPresent(v -> {
            if (!v.text().equals("allow-utf-8")) {
                v.error("'" + v.text() + "' is not supported yet: only allow-utf-8");
            }
        });
    }

    /** Checks names of protocols; which of them is spoken is for the target to choose. */
    static void protocols(YamlValue value) {
        for (YamlValue protocol : value.list()) {
            if (!PROTOCOLS.contains(protocol.text())) {
                protocol.error("unknown scrape protocol '" + protocol.text() + "'");
            }
        }
    }

    private static ScrapeJob.Fallback fallback(YamlValue value) {
        String text = value.text();
        if (!PROTOCOLS.contains(text)) {
            value.error("unknown scrape protocol '" + text + "'");
        } else if (text.equals("PrometheusProto")) {
            value.error("PrometheusProto is not supported yet");
        }
        return text.startsWith("OpenMetrics") ? ScrapeJob.Fallback.OPEN_METRICS : ScrapeJob.Fallback.PROMETHEUS_TEXT;
    }

    private static String scheme(YamlValue value) {
        if (!value.text().equals("http") && !value.text().equals("https")) {
            value.error("must be http or https, not '" + value.text() + "'");
        }
        return value.text();
    }

    private static Map<String, List<String>> params(YamlValue value) {
        Map<String, List<String>> params = new LinkedHashMap<>();
        YamlValue.Mapping keys = value.mapping();
        for (String key : keys.keys()) {
            params.put(key, keys.required(key).textList());
        }
        return params;
    }

    /** A size such as 10MB; all units are powers of 1024, as Prometheus has it. */
    private static long size(YamlValue value) {
        Matcher matcher = SIZE.matcher(value.text().toUpperCase(Locale.ROOT).replace("IB", "iB"));
        if (value.text().equals("0")) {
            return 0;
        }
        if (!matcher.matches()) {
            value.error("expected a size such as 10MB, not '" + value.text() + "'");
            return 0;
        }
        int power = matcher.group(2).isEmpty() ? 0 : "KMGTPE".indexOf(matcher.group(2)) + 1;
        double bytes = Double.parseDouble(matcher.group(1)) * Math.pow(1024, power);
        return (long) Math.min(bytes, Long.MAX_VALUE);
    }

    private List<TargetGroup> groups(YamlValue value) {
        List<TargetGroup> groups = new ArrayList<>();
        for (YamlValue group : value.list()) {
            groups.add(group(group, String.valueOf(groups.size())));
        }
        return List.copyOf(groups);
    }

    /** Reads one target group, of {@code static_configs} or of a file. */
    static TargetGroup group(YamlValue value, String source) {
        YamlValue.Mapping keys = value.mapping();
        List<String> targets = new ArrayList<>();
        for (YamlValue target : keys.optional("targets").map(YamlValue::list).orElse(List.of())) {
            if (target.text().contains("/")) {
                target.error("'" + target.text() + "' is no host and port: the path belongs into metrics_path");
            }
            targets.add(target.text());
        }
        Labels labels = Labels.of(keys.optional("labels").map(YamlValue::texts).orElse(Map.of()));
        keys.refuseOthers();
        return new TargetGroup(List.copyOf(targets), labels, source);
    }

    private List<FileDiscovery> files(YamlValue value) {
        List<FileDiscovery> discoveries = new ArrayList<>();
        for (YamlValue entry : value.list()) {
            YamlValue.Mapping keys = entry.mapping();
            List<String> patterns = new ArrayList<>();
            for (YamlValue pattern : keys.required("files").list()) {
                String text = pattern.text();
                if (!text.endsWith(".json") && !text.endsWith(".yml") && !text.endsWith(".yaml")) {
                    pattern.error("must end in .json, .yml or .yaml");
                }
                patterns.add(FilePatterns.absolute(outer.file(), text));
            }
            Duration refresh = PrometheusConfigurationReader.positive(keys, "refresh_interval", Duration.ofMinutes(5));
            keys.refuseOthers();
            discoveries.add(new FileDiscovery(List.copyOf(patterns), refresh));
        }
        return List.copyOf(discoveries);
    }
}
