package io.pharos.alerting.view;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How punctual the rule groups of one node are.
 *
 * @param running groups that run on this node
 * @param oldest the one whose next evaluation is due for longest, null where none runs
 */
public record GroupTimes(int running, @Nullable Last oldest) {
    /**
     * The last evaluation of a group.
     *
     * @param group its name
     * @param at when it was evaluated; before the first time, when it was started here
     */
    public record Last(String group, Instant at, Duration interval) {
        /** When the next evaluation should have been. */
        public Instant due() {
            return at.plus(interval);
        }
    }
}
