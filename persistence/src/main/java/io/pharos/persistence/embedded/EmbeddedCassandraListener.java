package io.pharos.persistence.embedded;

/** Hears what the embedded Cassandra does; called by the owner's thread, one call at a time. */
@FunctionalInterface
public interface EmbeddedCassandraListener {
    /** A new state, with one line that says why or where. */
    void onState(State state, String detail);

    /** What the server does now. */
    enum State {
        /** A child was started and does not answer yet. */
        STARTING,
        /** CQL answers. */
        READY,
        /** The child ended by itself; it is started again after a pause. */
        DOWN,
        /** Stopped by its owner, or never able to start; nothing follows. */
        STOPPED
    }
}
