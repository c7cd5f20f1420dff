package io.pharos.alerting.evaluate;

import io.pharos.alerting.view.AlertStatus;
import io.pharos.alerting.view.RuleGroupStatus;
import io.pharos.alerting.view.RuleStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Cuts the rules and alerts of a group into pages that may be sent between nodes, and joins them again. Pure. */
final class StatusPages {
    /** With what goes beside it a message stays under 128 KiB. */
    private static final long BYTES_MAX = 64 << 10;

    private static final long BYTES_A_RULE = 500;
    private static final long BYTES_AN_ALERT = 120;

    private StatusPages() {}

    /**
     * What goes into one page.
     *
     * @param nextRule where the next page begins; -1 where there is none
     */
    record Cut(List<RuleStatus> rules, int nextRule, int nextAlert) {}

    /** The page that begins at a rule and one of its alerts; a rule in the middle of its alerts comes again in the next page. */
    static Cut cut(List<RuleStatus> all, int fromRule, int fromAlert) {
        List<RuleStatus> rules = new ArrayList<>();
        long bytes = 0;
        int alert = fromAlert;
        for (int i = fromRule; i < all.size(); i++, alert = 0) {
            RuleStatus rule = all.get(i);
            long own = BYTES_A_RULE
                    + utf8(rule.name())
                    + utf8(rule.query())
                    + utf8(rule.lastError())
                    + texts(rule.labels())
                    + texts(rule.annotations());
            if (bytes + own > BYTES_MAX && !rules.isEmpty()) {
                return new Cut(rules, i, alert);
            }
            bytes += own;
            int to = Math.min(alert, rule.alerts().size());
            int first = to;
            while (to < rule.alerts().size()) {
                AlertStatus next = rule.alerts().get(to);
                long more = BYTES_AN_ALERT + texts(next.labels()) + texts(next.annotations());
                if (bytes + more > BYTES_MAX && (to > first || rules.size() > 0)) {
                    break;
                }
                bytes += more;
                to++;
            }
            if (to == first && to < rule.alerts().size()) {
                return new Cut(rules, i, first);
            }
            rules.add(with(rule, rule.alerts().subList(first, to)));
            if (to < rule.alerts().size()) {
                return new Cut(rules, i, to);
            }
        }
        return new Cut(rules, -1, 0);
    }

    /**
     * Two parts of a group's status that follow each other.
     *
     * @param fromAlert above 0 when the second part goes on in the middle of the first one's last rule
     */
    static RuleGroupStatus joined(RuleGroupStatus first, RuleGroupStatus second, int fromAlert) {
        List<RuleStatus> rules = new ArrayList<>(first.rules());
        List<RuleStatus> rest = second.rules();
        if (fromAlert > 0 && !rules.isEmpty() && !rest.isEmpty()) {
            RuleStatus open = rules.remove(rules.size() - 1);
            List<AlertStatus> alerts = new ArrayList<>(open.alerts());
            alerts.addAll(rest.get(0).alerts());
            rules.add(with(open, alerts));
            rest = rest.subList(1, rest.size());
        }
        rules.addAll(rest);
        return new RuleGroupStatus(
                first.name(),
                first.file(),
                first.interval(),
                first.limit(),
                rules,
                first.evaluationTime(),
                first.lastEvaluation(),
                first.evaluationsMissed(),
                first.reachable());
    }

    private static RuleStatus with(RuleStatus rule, List<AlertStatus> alerts) {
        return new RuleStatus(
                rule.alerting(),
                rule.name(),
                rule.query(),
                rule.labels(),
                rule.holdFor(),
                rule.keepFiringFor(),
                rule.annotations(),
                rule.state(),
                List.copyOf(alerts),
                rule.health(),
                rule.lastError(),
                rule.evaluationTime(),
                rule.lastEvaluation());
    }

    private static long texts(Map<String, String> texts) {
        long bytes = 0;
        for (Map.Entry<String, String> text : texts.entrySet()) {
            bytes += 6 + utf8(text.getKey()) + utf8(text.getValue());
        }
        return bytes;
    }

    private static long utf8(String text) {
        long bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 0 : c < 0x800 ? 1 : 2;
        }
        return bytes;
    }
}
