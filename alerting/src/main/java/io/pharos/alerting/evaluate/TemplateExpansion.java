package io.pharos.alerting.evaluate;

import io.pharos.alerting.alert.AlertElement;
import io.pharos.alerting.rule.Rule;
import io.pharos.alerting.template.Template;
import io.pharos.alerting.template.TemplateEnvironment;
import io.pharos.alerting.template.TemplateException;
import io.pharos.alerting.template.TemplateObject;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryService;
import io.pharos.promql.query.QueryValue;
import io.pharos.timeseries.labels.Labels;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Expands the templates of one evaluation of one rule. A query inside a template never blocks: the expansion stops there, the
 * query is asked, and the expansion starts again with its answer at hand.
 */
final class TemplateExpansion {
    private static final int QUERIES_MAX = 100;

    /** Thrown out of an expansion that needs a query's answer first. */
    private static final class AnswerMissing extends RuntimeException {
        private static final long serialVersionUID = 1;

        AnswerMissing(String expression) {
            super(expression, null, false, false);
        }
    }

    private record Answer(List<Object> samples, @Nullable String error) {}

    private final Rule.Alerting rule;
    private final QueryService queries;
    private final QueryOptions options;
    private final long atMillis;
    private final Map<String, String> externalLabels;
    private final String externalUrl;
    private final Map<String, Answer> answers = new HashMap<>();

    TemplateExpansion(
            Rule.Alerting rule,
            QueryService queries,
            QueryOptions options,
            long atMillis,
            RuleDefinitions definitions) {
        this.rule = rule;
        this.queries = queries;
        this.options = options;
        this.atMillis = atMillis;
        this.externalLabels = definitions.externalLabels();
        this.externalUrl = definitions.externalUrl();
    }

    /** The elements of a result; a template that fails becomes a text that says so. */
    CompletionStage<List<AlertElement>> expand(List<QueryValue.VectorSample> samples) {
        try {
            List<AlertElement> elements = new ArrayList<>(samples.size());
            for (QueryValue.VectorSample sample : samples) {
                elements.add(element(sample));
            }
            return CompletableFuture.completedFuture(elements);
        } catch (AnswerMissing missing) {
            String expression = String.valueOf(missing.getMessage());
            if (answers.size() >= QUERIES_MAX) {
                answers.put(expression, new Answer(List.of(), "more than " + QUERIES_MAX + " queries in templates"));
                return expand(samples);
            }
            return queries.instant(expression, atMillis, options)
                    .handle(TemplateExpansion::answer)
                    .thenCompose(answer -> {
                        answers.put(expression, answer);
                        return expand(samples);
                    });
        }
    }

    private static Answer answer(@Nullable QueryResult result, @Nullable Throwable fault) {
        if (result == null) {
            return new Answer(List.of(), "query failed: " + message(fault));
        }
        List<Object> samples = new ArrayList<>();
        try {
            for (QueryValue.VectorSample sample : RuleSeries.elements(result.value())) {
                samples.add(object(sample.labels().toMap(), sample.value()));
            }
        } catch (RuntimeException e) {
            return new Answer(List.of(), e.getMessage());
        }
        return new Answer(samples, null);
    }

    private static String message(@Nullable Throwable fault) {
        Throwable cause = fault;
        while (cause instanceof java.util.concurrent.CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause == null ? "no answer" : String.valueOf(cause.getMessage());
    }

    private static TemplateObject object(Map<String, String> labels, double value) {
        Map<String, Object> fields = new HashMap<>();
        fields.put("Labels", labels);
        fields.put("Value", value);
        return new TemplateObject(fields);
    }

    private AlertElement element(QueryValue.VectorSample sample) {
        Map<String, Object> fields = new HashMap<>();
        fields.put("Labels", sample.labels().toMap());
        fields.put("Value", sample.value());
        fields.put("ExternalLabels", externalLabels);
        fields.put("ExternalURL", externalUrl);
        TemplateObject data = new TemplateObject(fields);
        Labels.Builder labels = sample.labels().toBuilder().remove(Labels.METRIC_NAME);
        rule.labelTemplates().forEach((name, template) -> labels.set(name, text(template, data)));
        labels.set("alertname", rule.name());
        Map<String, String> annotations = new TreeMap<>();
        rule.annotationTemplates().forEach((name, template) -> annotations.put(name, text(template, data)));
        return new AlertElement(labels.build().toMap(), annotations, sample.value());
    }

    private String text(Template template, TemplateObject data) {
        try {
            return template.expand(data, new Environment());
        } catch (AnswerMissing missing) {
            throw missing;
        } catch (TemplateException e) {
            return "<error expanding template: " + e.getMessage() + ">";
        } catch (RuntimeException e) {
            return "<error expanding template: " + e + ">"; // whatever is wrong with a text, the alert fires
        }
    }

    private final class Environment implements TemplateEnvironment {
        @Override
        public List<Object> query(String expression) {
            Answer answer = answers.get(expression);
            if (answer == null) {
                throw new AnswerMissing(expression);
            }
            if (answer.error() != null) {
                throw new TemplateException("error calling query: " + answer.error());
            }
            return answer.samples();
        }

        @Override
        public Instant now() {
            return Instant.ofEpochMilli(atMillis);
        }

        @Override
        public String externalUrl() {
            return externalUrl;
        }
    }
}
