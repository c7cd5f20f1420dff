package io.pharos.alerting.notify;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Joins what a dead process told webhooks, without having recorded it, to what is known that they were told. Pure. */
final class LeftBehindNotified {
    private LeftBehindNotified() {}

    /**
     * What the webhooks were told with what was left behind; the same again changes nothing. The notification that was taken
     * last says what a receiver knows. An alert of which the other one said that it fires may still be open there: it is kept as
     * intended, so that its end is told.
     */
    static List<Notified> joined(List<Notified> own, List<Notified> left) {
        TreeMap<Integer, Notified> all = new TreeMap<>();
        own.forEach(known -> all.put(known.integration(), known));
        for (Notified one : left) {
            Notified known = all.getOrDefault(one.integration(), Notified.nothing(one.integration()));
            boolean newer = one.deliveredAtMillis() > known.deliveredAtMillis();
            all.put(one.integration(), newer ? opened(one, known) : opened(known, one));
        }
        return List.copyOf(all.values());
    }

    private static Notified opened(Notified last, Notified other) {
        Set<String> told = new HashSet<>(last.firing());
        told.addAll(last.resolved());
        told.addAll(last.intendedFiring());
        List<String> intended = new ArrayList<>(last.intendedFiring());
        for (List<String> maybe : List.of(other.firing(), other.intendedFiring())) {
            maybe.stream().filter(told::add).forEach(intended::add);
        }
        return new Notified(
                last.integration(),
                Math.max(last.ordinal(), other.ordinal()),
                last.deliveredAtMillis(),
                last.firing(),
                last.resolved(),
                last.intendedKey(),
                List.copyOf(intended));
    }
}
