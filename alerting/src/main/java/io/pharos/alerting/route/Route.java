package io.pharos.alerting.route;

import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A node of the routing tree: which alerts it takes, who is told and how they are grouped. What a child does not say it has
 * from its parent.
 *
 * @param path the positions from the root: {@code 0} for the root, {@code 0/2} for its third child; unique in the tree
 * @param key the matchers from the root, as group keys show them
 * @param groupBy the labels alerts are grouped by; none is one group for all
 * @param groupByAll every alert is a group of its own
 * @param groupWait how long the first notification of a group waits for more alerts
 * @param groupInterval the time between two looks at what changed in a group
 * @param repeatInterval after which what still fires is told again
 * @param goesOn whether the siblings after this one are asked too
 */
public record Route(
        String path,
        String key,
        String receiver,
        List<String> groupBy,
        boolean groupByAll,
        Duration groupWait,
        Duration groupInterval,
        Duration repeatInterval,
        List<LabelMatcher> matchers,
        boolean goesOn,
        List<Route> children) {
    /** The nodes that take an alert: depth first, the first child that matches unless it goes on, else the node itself. */
    public List<Route> matching(Labels alert) {
        if (!matchers.stream().allMatch(matcher -> matcher.matches(alert.valueOf(matcher.name())))) {
            return List.of();
        }
        List<Route> found = new ArrayList<>();
        for (Route child : children) {
            List<Route> below = child.matching(alert);
            found.addAll(below);
            if (!below.isEmpty() && !child.goesOn()) {
                break;
            }
        }
        return found.isEmpty() ? List.of(this) : found;
    }

    /** The labels an alert's group has in common. */
    public Labels groupLabels(Labels alert) {
        return groupByAll ? alert : alert.keep(groupBy);
    }

    /** The first node with a key and a receiver, in the tree from this one. */
    public Optional<Route> find(String wantedKey, String wantedReceiver) {
        if (key.equals(wantedKey) && receiver.equals(wantedReceiver)) {
            return Optional.of(this);
        }
        return children.stream()
                .flatMap(child -> child.find(wantedKey, wantedReceiver).stream())
                .findFirst();
    }

    /** What identifies a group to people and receivers: {@code {}/{team="db"}:{alertname="Down"}}. */
    public String groupKey(Labels groupLabels) {
        return key + ":" + braces(groupLabels);
    }

    private static String braces(Labels labels) {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < labels.size(); i++) {
            text.append(i == 0 ? "" : ", ").append(labels.name(i)).append("=\"");
            text.append(labels.value(i)
                            .replace("\\", "\\\\")
                            .replace("\"", "\\\"")
                            .replace("\n", "\\n"))
                    .append('"');
        }
        return text.append('}').toString();
    }
}
