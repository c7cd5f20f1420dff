package io.pharos.alerting.evaluate;

import io.pharos.alerting.rule.RuleGroup;
import io.pharos.alerting.view.GroupTimes;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** When each rule group of this node was last evaluated. Thread-safe; holds only groups that run here now. */
public final class EvaluationTimes {
    private final ConcurrentHashMap<String, GroupTimes.Last> byKey = new ConcurrentHashMap<>();

    /** The group runs here, and was evaluated now or is about to be. */
    void at(RuleGroup group, Instant now) {
        byKey.put(group.key(), new GroupTimes.Last(group.name(), now, group.interval()));
    }

    /** The group runs here no more. */
    void gone(String key) {
        byKey.remove(key);
    }

    /** How things stand. */
    public GroupTimes times() {
        Collection<GroupTimes.Last> all = List.copyOf(byKey.values());
        return new GroupTimes(
                all.size(),
                all.stream().min(Comparator.comparing(GroupTimes.Last::due)).orElse(null));
    }
}
