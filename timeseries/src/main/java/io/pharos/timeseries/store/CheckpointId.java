package io.pharos.timeseries.store;

/** Names a checkpoint of a shard: the epoch of the owner that wrote it, and its number in that epoch from 1. */
public record CheckpointId(long epoch, int number) {}
