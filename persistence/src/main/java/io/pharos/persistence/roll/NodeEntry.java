package io.pharos.persistence.roll;

/**
 * A node on the roll.
 *
 * @param address {@code host:port} where nodes reach it
 * @param http {@code host:port} where clients reach it
 * @param version of the program it runs, for people
 * @param protocol the newest protocol between nodes that it speaks
 * @param isAlive whether it wrote itself down within the last {@link NodeRoll#LIFE}; what a caller writes is always alive
 */
public record NodeEntry(String address, String http, String version, int protocol, boolean isAlive) {}
