package io.pharos.collection.target;

import io.pharos.collection.ScrapeJob;
import io.pharos.collection.relabel.RelabelRule;
import io.pharos.conf.PrometheusDuration;
import io.pharos.timeseries.labels.Labels;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes targets of addresses: default labels, relabelling, URL. Pure. */
final class TargetResolver {
    private static final String ADDRESS = "__address__";
    private static final String SCHEME = "__scheme__";
    private static final String PATH = "__metrics_path__";
    private static final String INTERVAL = "__scrape_interval__";
    private static final String TIMEOUT = "__scrape_timeout__";
    private static final String PARAM = "__param_";

    private TargetResolver() {}

    /** The labels a target has before relabelling. */
    static Labels discovered(ScrapeJob job, Labels groupLabels, String address) {
        Labels.Builder labels = groupLabels.toBuilder();
        labels.set(ADDRESS, address);
        defaulted(labels, "job", job.name());
        defaulted(labels, INTERVAL, PrometheusDuration.format(job.interval()));
        defaulted(labels, TIMEOUT, PrometheusDuration.format(job.timeout()));
        defaulted(labels, PATH, job.metricsPath());
        defaulted(labels, SCHEME, job.scheme());
        job.params().forEach((name, values) -> {
            if (!values.isEmpty()) {
                labels.set(PARAM + name, values.get(0));
            }
        });
        return labels.build();
    }

    private static void defaulted(Labels.Builder labels, String name, String value) {
        if (labels.get(name).isEmpty()) {
            labels.set(name, value);
        }
    }

    /**
     * The target of labels; empty when relabelling drops it.
     *
     * @throws IllegalArgumentException when what relabelling leaves is no target
     */
    static Optional<ScrapeTarget> resolve(ScrapeJob job, Labels discovered) {
        Optional<Labels> kept = RelabelRule.apply(job.relabelRules(), discovered);
        if (kept.isEmpty()) {
            return Optional.empty();
        }
        Labels labels = kept.get();
        String address = labels.valueOf(ADDRESS);
        if (address.isEmpty()) {
            throw new IllegalArgumentException("the target has no address");
        }
        if (address.contains("/")) {
            throw new IllegalArgumentException("'" + address + "' is no host and port");
        }
        Duration interval = duration(labels, INTERVAL);
        Duration timeout = duration(labels, TIMEOUT);
        if (timeout.compareTo(interval) > 0) {
            throw new IllegalArgumentException("the scrape timeout is longer than the scrape interval");
        }
        Labels.Builder own = new Labels.Builder();
        for (int i = 0; i < labels.size(); i++) {
            if (!labels.name(i).startsWith("__")) {
                own.set(labels.name(i), labels.value(i));
            }
        }
        defaulted(own, "instance", address);
        return Optional.of(
                new ScrapeTarget(job, discovered, own.build(), url(job, labels, address), interval, timeout));
    }

    private static Duration duration(Labels labels, String name) {
        return PrometheusDuration.parse(labels.valueOf(name))
                .filter(d -> !d.isZero())
                .orElseThrow(() -> new IllegalArgumentException(
                        "the label " + name + " is no duration above zero: '" + labels.valueOf(name) + "'"));
    }

    private static URI url(ScrapeJob job, Labels labels, String address) {
        Map<String, List<String>> params = new LinkedHashMap<>();
        job.params().forEach((name, values) -> params.put(name, new ArrayList<>(values)));
        for (int i = 0; i < labels.size(); i++) {
            if (labels.name(i).startsWith(PARAM)) {
                List<String> values =
                        params.computeIfAbsent(labels.name(i).substring(PARAM.length()), n -> new ArrayList<>());
                if (values.isEmpty()) {
                    values.add(labels.value(i));
                } else {
                    values.set(0, labels.value(i));
                }
            }
        }
        String path = labels.valueOf(PATH);
        StringBuilder url =
                new StringBuilder(labels.valueOf(SCHEME)).append("://").append(address);
        url.append(path.startsWith("/") ? "" : "/").append(path);
        char separator = path.indexOf('?') < 0 ? '?' : '&';
        for (Map.Entry<String, List<String>> param : params.entrySet()) {
            for (String value : param.getValue()) {
                url.append(separator)
                        .append(encoded(param.getKey()))
                        .append('=')
                        .append(encoded(value));
                separator = '&';
            }
        }
        URI uri = URI.create(url.toString().replace(" ", "%20"));
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("'" + address + "' is no host and port");
        }
        return uri;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
