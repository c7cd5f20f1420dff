package io.pharos.alerting.notify;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Decides whether a webhook has to be told, by the rules of Alertmanager's notification log. Pure. */
final class Deduplication {
    private Deduplication() {}

    /**
     * Whether there is something to tell.
     *
     * @param firing fingerprints of the alerts that fire now
     * @param resolved fingerprints of those that are over
     */
    static boolean isDue(
            Notified known,
            List<String> firing,
            List<String> resolved,
            boolean sendResolved,
            Duration repeatInterval,
            long nowMillis) {
        boolean expired = nowMillis - known.deliveredAtMillis() > 2 * repeatInterval.toMillis();
        Set<String> toldFiring = new HashSet<>(expired ? List.of() : known.firing());
        Set<String> toldResolved = new HashSet<>(expired ? List.of() : known.resolved());
        boolean never = known.deliveredAtMillis() == 0 || expired;
        if (!toldFiring.containsAll(firing)) {
            return true;
        }
        if (firing.isEmpty()) {
            // The end of what was told once is news however long ago that was, for nothing else would end it at the
            // receiver; and
            // what was intended may have arrived although nobody recorded it: then its end is news too.
            boolean mayHaveFired =
                    !known.firing().isEmpty() || !known.intendedFiring().isEmpty();
            return mayHaveFired && !resolved.isEmpty();
        }
        if (sendResolved && !toldResolved.containsAll(resolved)) {
            return true;
        }
        return never || nowMillis - known.deliveredAtMillis() >= repeatInterval.toMillis();
    }
}
