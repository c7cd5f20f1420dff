package io.pharos.clusternode.status;

/** What a node is asked about. One that a node of an older version does not know is not answered by it. */
public enum Subject {
    /** How the node is: a {@link io.pharos.httpapi.status.NodeReport}. */
    NODE,
    /** What it scrapes: {@link TargetReports}. */
    TARGETS,
    /** What its notification groups tried: a {@link io.pharos.alerting.view.NotificationHistory}. */
    NOTIFICATIONS
}
