package io.pharos.httpapi.status;

import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.core.JsonGenerator;
import io.pharos.alerting.view.NotificationAttempt;
import io.pharos.alerting.view.NotificationHistory;
import io.pharos.alerting.view.RuleGroupStatus;
import io.pharos.alerting.view.RuleStatus;
import io.pharos.httpapi.json.JsonBody;
import io.pharos.httpapi.query.Selectors;
import io.pharos.httpapi.server.Answers;
import io.pharos.httpapi.server.ApiException;
import io.pharos.httpapi.server.Call;
import io.pharos.httpapi.server.Parameters;
import io.pharos.httpapi.server.Route;
import io.pharos.httpapi.server.Times;
import io.pharos.timeseries.labels.LabelMatcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Rules, alerts, and what became of notifications. */
public final class RuleEndpoints {
    private final MonitoringSources sources;

    public RuleEndpoints(MonitoringSources sources) {
        this.sources = sources;
    }

    /** Where these endpoints stand. */
    public List<Route> routes() {
        return List.of(
                Route.get("/api/v1/rules", this::rules),
                Route.get("/api/v1/alerts", this::alerts),
                Route.get("/api/v1/status/notifications", this::notifications));
    }

    private CompletionStage<HttpResponse> alerts(Call call) {
        return sources.alerts()
                .get()
                .thenApply(alerts -> Answers.success(call, JsonBody.whole(out -> {
                    out.writeStartObject();
                    out.writeFieldName("alerts");
                    RuleJson.alerts(out, alerts);
                    out.writeEndObject();
                })));
    }

    private CompletionStage<HttpResponse> rules(Call call) {
        Filter filter = filter(call);
        return sources.ruleGroups().get().thenApply(all -> {
            List<RuleGroupStatus> wanted = new ArrayList<>();
            for (RuleGroupStatus group : all) {
                filter.apply(group, wanted);
            }
            Page page = Page.of(wanted, call.parameters());
            return Answers.success(call, JsonBody.whole(out -> {
                out.writeStartObject();
                out.writeArrayFieldStart("groups");
                for (RuleGroupStatus group : page.groups) {
                    RuleJson.group(out, group, filter.withAlerts);
                }
                out.writeEndArray();
                if (!page.next.isEmpty()) {
                    out.writeStringField("groupNextToken", page.next);
                }
                out.writeEndObject();
            }));
        });
    }

    private CompletionStage<HttpResponse> notifications(Call call) {
        return sources.notifications()
                .get()
                .thenApply(gathered -> Answers.success(
                        call, JsonBody.whole(out -> history(out, gathered.value())), gathered.warnings(), List.of()));
    }

    private static void history(JsonGenerator out, NotificationHistory history) throws IOException {
        out.writeStartObject();
        out.writeNumberField("delivered", history.delivered());
        out.writeNumberField("failed", history.failed());
        out.writeNumberField("undelivered", history.undelivered());
        out.writeArrayFieldStart("attempts");
        for (NotificationAttempt attempt : history.attempts()) {
            RuleJson.attempt(out, attempt);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static Filter filter(Call call) {
        Parameters parameters = call.parameters();
        String type = parameters.first("type");
        if (!type.isEmpty() && !type.equals("alert") && !type.equals("record")) {
            throw ApiException.badParameter("type", "not supported value \"" + type + "\"");
        }
        return new Filter(
                type,
                parameters.list("file"),
                parameters.list("rule_group"),
                parameters.list("rule_name"),
                Selectors.of(call),
                !parameters.isOn("exclude_alerts"));
    }

    /** Which rules a client asked for; an empty list asks for all. */
    private record Filter(
            String type,
            List<String> files,
            List<String> groups,
            List<String> names,
            List<List<LabelMatcher>> matchers,
            boolean withAlerts) {

        void apply(RuleGroupStatus group, List<RuleGroupStatus> into) {
            if (!allows(files, group.file()) || !allows(groups, group.name())) {
                return;
            }
            List<RuleStatus> rules = new ArrayList<>(group.rules().size());
            for (RuleStatus rule : group.rules()) {
                if (allows(rule)) {
                    rules.add(rule);
                }
            }
            if (!rules.isEmpty() || group.rules().isEmpty()) {
                into.add(new RuleGroupStatus(
                        group.name(),
                        group.file(),
                        group.interval(),
                        group.limit(),
                        rules,
                        group.evaluationTime(),
                        group.lastEvaluation(),
                        group.evaluationsMissed(),
                        group.reachable()));
            }
        }

        private boolean allows(RuleStatus rule) {
            boolean typeFits = type.isEmpty() || type.equals("alert") == rule.alerting();
            return typeFits && allows(names, rule.name()) && matches(rule);
        }

        private boolean matches(RuleStatus rule) {
            for (List<LabelMatcher> all : matchers) {
                boolean fits = true;
                for (LabelMatcher matcher : all) {
                    fits &= matcher.matches(rule.labels().getOrDefault(matcher.name(), ""));
                }
                if (fits) {
                    return true;
                }
            }
            return matchers.isEmpty();
        }

        private static boolean allows(List<String> wanted, String value) {
            return wanted.isEmpty() || wanted.contains(value);
        }
    }

    /** Some of the groups, and the token that asks for those behind them. */
    private record Page(List<RuleGroupStatus> groups, String next) {
        static Page of(List<RuleGroupStatus> all, Parameters parameters) {
            int limit = Times.limit(parameters, "group_limit");
            String token = parameters.first("group_next_token");
            int from = 0;
            if (!token.isEmpty()) {
                if (limit == 0) {
                    throw ApiException.badData("group_limit needs to be set with group_next_token");
                }
                while (from < all.size() && !token(all.get(from)).equals(token)) {
                    from++;
                }
                if (from == all.size()) {
                    throw ApiException.badData("invalid group_next_token '" + token + "'. were rule groups changed?");
                }
            }
            int to = limit == 0 ? all.size() : Math.min(all.size(), from + limit);
            return new Page(all.subList(from, to), to < all.size() ? token(all.get(to)) : "");
        }

        private static String token(RuleGroupStatus group) {
            long hash = 1125899906842597L;
            String text = group.file() + ';' + group.name();
            for (int i = 0; i < text.length(); i++) {
                hash = 31 * hash + text.charAt(i);
            }
            return Long.toHexString(hash);
        }
    }
}
