package io.pharos.persistence.lease;

import akka.actor.ExtendedActorSystem;
import akka.actor.setup.Setup;
import io.pharos.persistence.session.CassandraSession;

/** Hands the session to the leases of an actor system: give it to the system's setup when that is created. */
public final class CassandraLeaseSetup extends Setup {
    private final LeaseTable table;
    private final ExpelledNodes expelled;

    /** Over the session of the stores, which has to outlive the actor system. Blocks: only for the start. */
    public CassandraLeaseSetup(CassandraSession session) {
        table = new LeaseTable(session);
        expelled = new ExpelledNodes(session);
    }

    static CassandraLeaseSetup of(ExtendedActorSystem system) {
        return system.settings()
                .setup()
                .get(CassandraLeaseSetup.class)
                .orElseThrow(
                        () -> new IllegalStateException("The actor system was created without a CassandraLeaseSetup"));
    }

    LeaseTable table() {
        return table;
    }

    ExpelledNodes expelled() {
        return expelled;
    }
}
