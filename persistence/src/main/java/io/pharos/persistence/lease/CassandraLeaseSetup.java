package io.pharos.persistence.lease;

import akka.actor.setup.Setup;
import io.pharos.persistence.session.CassandraSession;

/** Hands the session to the leases of an actor system: give it to the system's setup when that is created. */
public final class CassandraLeaseSetup extends Setup {
    private final LeaseTable table;

    /** Over the session of the stores, which has to outlive the actor system. Blocks: only for the start. */
    public CassandraLeaseSetup(CassandraSession session) {
        table = new LeaseTable(session);
    }

    LeaseTable table() {
        return table;
    }
}
