package io.pharos.httpapi.query;

import io.pharos.httpapi.server.ApiException;
import io.pharos.httpapi.server.Call;
import io.pharos.promql.parser.ParseException;
import io.pharos.promql.parser.Parser;
import io.pharos.timeseries.labels.LabelMatcher;
import java.util.ArrayList;
import java.util.List;

/** Reads the {@code match[]} parameters of a call. */
public final class Selectors {
    private static final int SELECTORS_MAX = 1000;

    private Selectors() {}

    /**
     * All of them, in order.
     *
     * @throws ApiException in Prometheus' words when one is no selector or would select everything
     */
    public static List<List<LabelMatcher>> of(Call call) {
        List<String> texts = call.parameters().all("match[]");
        if (texts.size() > SELECTORS_MAX) {
            throw ApiException.badParameter("match[]", "more than " + SELECTORS_MAX + " selectors");
        }
        List<List<LabelMatcher>> all = new ArrayList<>(texts.size());
        for (String text : texts) {
            try {
                all.add(Parser.parseSelector(text));
            } catch (ParseException e) {
                if (e.reason().endsWith("must contain at least one non-empty matcher")) {
                    throw ApiException.badParameter("match[]", "match[] must contain at least one non-empty matcher");
                }
                throw ApiException.badParameter("match[]", String.valueOf(e.getMessage()));
            }
        }
        return all;
    }
}
