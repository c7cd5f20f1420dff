package io.pharos.simulation.fault;

import java.util.Locale;

/** What an incident does to the servers of one pool. */
public enum IncidentKind {
    /** Every server's CPU usage is about 97 %, and requests take longer. */
    CPU,
    /** A third of the servers report {@code sim_up} 0 and nothing else; their counters start anew afterwards. */
    DOWN,
    /** Every server's queue grows steadily, and drains afterwards. */
    QUEUE;

    /** The kind's name as users write it, in lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind of a name as users write it; an unknown name is an {@link IllegalArgumentException} that lists the known ones. */
    public static IncidentKind parse(String text) {
        for (IncidentKind kind : values()) {
            if (kind.text().equals(text)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("unknown incident '" + text + "': it is one of cpu, down, queue");
    }
}
