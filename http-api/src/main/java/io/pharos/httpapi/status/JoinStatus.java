package io.pharos.httpapi.status;

import java.util.List;

/**
 * What a node needs to know to join the cluster of this one. No secret is in it: user and password of Cassandra are the new
 * node's own settings.
 *
 * @param version of the program, for people
 * @param clusterId what tells this cluster from every other
 * @param protocolOldest the oldest protocol between nodes that this node speaks
 * @param protocol the newest one
 * @param seeds addresses ({@code host:port}) of nodes in the cluster; empty while this node itself is not in one
 * @param shardCount shards of series, fixed when the keyspace was created
 * @param contactPoints where Cassandra is, as {@code host:port}
 * @param isEmbedded whether Cassandra runs inside this node, on loopback
 * @param isTls whether nodes talk TLS with each other
 */
public record JoinStatus(
        String version,
        String clusterId,
        int protocolOldest,
        int protocol,
        List<String> seeds,
        int shardCount,
        List<String> contactPoints,
        String datacenter,
        String keyspace,
        boolean isEmbedded,
        boolean isTls) {}
