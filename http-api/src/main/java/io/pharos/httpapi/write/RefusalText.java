package io.pharos.httpapi.write;

import io.pharos.httpapi.json.DecimalText;
import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.sample.AppendResult.Decided;
import io.pharos.timeseries.sample.AppendResult.Refusal;
import io.pharos.timeseries.sample.AppendResult.RefusalReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.StringJoiner;

/** What a sender reads about samples that were refused: how many and why, and the first of them by name. */
final class RefusalText {
    private RefusalText() {}

    static String of(Decided decided) {
        StringJoiner counts = new StringJoiner(", ");
        for (Map.Entry<RefusalReason, Integer> entry :
                new EnumMap<RefusalReason, Integer>(decided.refusedByReason()).entrySet()) {
            counts.add(entry.getValue() + " " + entry.getKey().text());
        }
        StringBuilder text = new StringBuilder();
        text.append(decided.refused())
                .append(" samples refused (")
                .append(counts)
                .append("), ");
        text.append(decided.accepted()).append(" stored\n");
        for (Refusal refusal : decided.refusals()) {
            text.append(refusal.reason().text()).append(": ").append(refusal.series());
            text.append(" at ").append(refusal.timestampMillis());
            if (EncodedHistogram.isMark(Double.doubleToRawLongBits(refusal.value()))) {
                text.append(" a histogram");
            } else {
                text.append(" value ").append(DecimalText.fixed(refusal.value()));
            }
            if (!refusal.detail().isEmpty()) {
                text.append(": ").append(refusal.detail());
            }
            text.append('\n');
        }
        return text.toString();
    }
}
