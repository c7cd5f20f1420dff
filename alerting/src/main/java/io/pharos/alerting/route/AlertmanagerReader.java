package io.pharos.alerting.route;

import io.pharos.conf.YamlValue;
import io.pharos.httpclient.HttpClientSettings;
import io.pharos.httpclient.Secret;
import io.pharos.timeseries.labels.LabelMatcher;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads Alertmanager's file; what is known there and not here yet is refused by name. */
final class AlertmanagerReader {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String[] OTHER_RECEIVERS = {
        "discord_configs",
        "email_configs",
        "incidentio_configs",
        "jira_configs",
        "mattermost_configs",
        "msteams_configs",
        "msteamsv2_configs",
        "opsgenie_configs",
        "pagerduty_configs",
        "pushover_configs",
        "rocketchat_configs",
        "slack_configs",
        "sns_configs",
        "telegram_configs",
        "victorops_configs",
        "webex_configs",
        "wechat_configs"
    };
    private static final List<String> GLOBAL_PREFIXES = List.of(
            "smtp_",
            "slack_",
            "pagerduty_",
            "opsgenie_",
            "wechat_",
            "victorops_",
            "telegram_",
            "webex_",
            "jira_",
            "rocketchat_",
            "mattermost_");

    private final YamlValue document;
    private final String original;
    private HttpClientSettings client = HttpClientSettings.DEFAULT;

    AlertmanagerReader(YamlValue document, String original) {
        this.document = document;
        this.original = original;
    }

    AlertmanagerConfiguration read() {
        YamlValue.Mapping root = document.mapping();
        root.refuseUnsupported(
                "inhibit_rules", "time_intervals", "mute_time_intervals", "templates", "tracing", "event_recorder");
        Duration resolveTimeout = Duration.ofMinutes(5);
        Optional<YamlValue> global = root.optional("global");
        if (global.isPresent()) {
            YamlValue.Mapping keys = global.get().mapping();
            resolveTimeout =
                    keys.optional("resolve_timeout").map(YamlValue::duration).orElse(resolveTimeout);
            client = keys.optional("http_config").map(HttpClientSettings::read).orElse(client);
            for (String key : keys.keys()) {
                if (GLOBAL_PREFIXES.stream().anyMatch(key::startsWith)) {
                    keys.refuseUnsupported(key);
                }
            }
            keys.refuseOthers();
        }
        Map<String, Receiver> receivers = new LinkedHashMap<>();
        for (YamlValue value : root.required("receivers").list()) {
            Receiver receiver = receiver(value);
            if (receivers.putIfAbsent(receiver.name(), receiver) != null) {
                value.error("the receiver '" + receiver.name() + "' is given twice");
            }
        }
        YamlValue top = root.required("route");
        root.refuseOthers();
        Route route = route(top, "0", null, receivers);
        return new AlertmanagerConfiguration(resolveTimeout, route, Map.copyOf(receivers), original);
    }

    private Receiver receiver(YamlValue value) {
        YamlValue.Mapping keys = value.mapping();
        String name = keys.required("name").text();
        List<Receiver.Webhook> webhooks = new ArrayList<>();
        keys.optional("webhook_configs").ifPresent(list -> {
            for (YamlValue webhook : list.list()) {
                webhooks.add(webhook(webhook));
            }
        });
        keys.refuseUnsupported("labels");
        keys.refuseUnsupported(OTHER_RECEIVERS).refuseOthers();
        return new Receiver(name, List.copyOf(webhooks));
    }

    private Receiver.Webhook webhook(YamlValue value) {
        YamlValue.Mapping keys = value.mapping();
        Optional<YamlValue> url = keys.optional("url");
        Optional<YamlValue> file = keys.optional("url_file");
        Secret target = Secret.of("");
        if (url.isPresent() == file.isPresent()) {
            value.error("exactly one of 'url' and 'url_file' is needed");
        } else if (url.isPresent()) {
            target = Secret.of(url.get().parsed(AlertmanagerReader::address).orElse(""));
        } else {
            Path folder = Path.of(value.file()).toAbsolutePath().getParent();
            String name = file.get().text();
            target = Secret.in(folder == null ? Path.of(name) : folder.resolve(name));
        }
        keys.refuseUnsupported("payload");
        Receiver.Webhook webhook = new Receiver.Webhook(
                target,
                keys.optional("send_resolved").map(YamlValue::bool).orElse(true),
                keys.optional("max_alerts")
                        .map(v -> (int) v.integer(0, Integer.MAX_VALUE))
                        .orElse(0),
                keys.optional("timeout")
                        .map(YamlValue::duration)
                        .filter(d -> !d.isZero())
                        .orElse(TIMEOUT),
                keys.optional("http_config").map(HttpClientSettings::read).orElse(client));
        keys.refuseOthers();
        return webhook;
    }

    private static String address(String text) {
        if (text.contains("{{")) {
            throw new IllegalArgumentException("a template in a URL is not supported yet");
        }
        URI uri = URI.create(text);
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!http || uri.getHost() == null) {
            throw new IllegalArgumentException("expected http://HOST[:PORT]/PATH or https, not '" + text + "'");
        }
        return text;
    }

    private Route route(YamlValue value, String path, @Nullable Route parent, Map<String, Receiver> receivers) {
        YamlValue.Mapping keys = value.mapping();
        List<LabelMatcher> matchers = matchers(keys);
        if (parent == null && !matchers.isEmpty()) {
            value.error("the root route takes every alert: it must not have matchers");
        }
        boolean goesOn = keys.optional("continue").map(YamlValue::bool).orElse(false);
        if (parent == null && goesOn) {
            value.error("the root route must not have 'continue'");
        }
        keys.refuseUnsupported("mute_time_intervals", "active_time_intervals", "labels");
        Optional<YamlValue> named = parent == null ? Optional.of(keys.required("receiver")) : keys.optional("receiver");
        String receiver = named.map(YamlValue::text).orElse(parent == null ? "" : parent.receiver());
        if (!receiver.isEmpty() && !receivers.containsKey(receiver)) {
            named.ifPresent(at -> at.error("there is no receiver '" + receiver + "'"));
        }
        Optional<YamlValue> groupBy = keys.optional("group_by");
        List<String> labels = groupBy.map(YamlValue::textList).orElse(parent == null ? List.of() : parent.groupBy());
        boolean all = groupBy.isPresent() ? labels.contains("...") : parent != null && parent.groupByAll();
        if (groupBy.isPresent() && all && labels.size() > 1) {
            groupBy.get().error("'...' stands alone");
        }
        if (labels.stream().distinct().count() != labels.size()) {
            groupBy.ifPresent(at -> at.error("a label is given twice"));
        }
        String braces = matchers.stream().map(LabelMatcher::toString).collect(Collectors.joining(",", "{", "}"));
        Route route = new Route(
                path,
                parent == null ? braces : parent.key() + "/" + braces,
                receiver,
                List.copyOf(labels),
                all,
                keys.optional("group_wait")
                        .map(YamlValue::duration)
                        .orElse(parent == null ? Duration.ofSeconds(30) : parent.groupWait()),
                interval(keys, "group_interval", parent == null ? Duration.ofMinutes(5) : parent.groupInterval()),
                interval(keys, "repeat_interval", parent == null ? Duration.ofHours(4) : parent.repeatInterval()),
                matchers,
                goesOn,
                List.of());
        List<Route> children = new ArrayList<>();
        Optional<YamlValue> routes = keys.optional("routes");
        keys.refuseOthers();
        routes.ifPresent(list -> {
            for (YamlValue child : list.list()) {
                children.add(route(child, path + "/" + children.size(), route, receivers));
            }
        });
        return new Route(
                route.path(),
                route.key(),
                route.receiver(),
                route.groupBy(),
                route.groupByAll(),
                route.groupWait(),
                route.groupInterval(),
                route.repeatInterval(),
                route.matchers(),
                route.goesOn(),
                List.copyOf(children));
    }

    private static Duration interval(YamlValue.Mapping keys, String key, Duration inherited) {
        Optional<YamlValue> value = keys.optional(key);
        Duration duration = value.map(YamlValue::duration).orElse(inherited);
        if (duration.isZero()) {
            value.ifPresent(at -> at.error("must be above zero"));
            return inherited;
        }
        return duration;
    }

    private static List<LabelMatcher> matchers(YamlValue.Mapping keys) {
        List<LabelMatcher> matchers = new ArrayList<>();
        keys.optional("matchers").ifPresent(list -> {
            for (YamlValue text : list.list()) {
                text.parsed(MatcherParser::parse).ifPresent(matchers::addAll);
            }
        });
        for (String key : List.of("match", "match_re")) {
            LabelMatcher.Type type = key.equals("match") ? LabelMatcher.Type.EQUAL : LabelMatcher.Type.REGEX;
            keys.optional(key).ifPresent(map -> {
                YamlValue.Mapping labels = map.mapping();
                for (String name : labels.keys()) {
                    labels.optional(name)
                            .flatMap(v -> v.parsed(text -> LabelMatcher.of(type, name, text)))
                            .ifPresent(matchers::add);
                }
            });
        }
        return List.copyOf(matchers);
    }
}
