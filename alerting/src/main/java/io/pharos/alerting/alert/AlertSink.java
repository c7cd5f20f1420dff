package io.pharos.alerting.alert;

import java.util.List;

/** The port alerts leave by: routes them to their notification groups. Callable from any thread, never blocks. */
public interface AlertSink {
    /** Tells the groups concerned; an alert told again only moves its end. */
    void send(List<OutgoingAlert> alerts);
}
