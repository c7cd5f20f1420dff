package io.pharos.timeseries.store.memory;

import java.util.Arrays;
import java.util.List;

/**
 * One call of a port.
 *
 * @param port which port
 * @param method the method's name
 * @param arguments its arguments in order, consumers left out
 */
public record StoreOperation(Port port, String method, List<Object> arguments) {
    /** The ports of storing. */
    public enum Port {
        SHARD_RECORDS,
        INCARNATIONS,
        LOGS,
        HEADS,
        CHUNKS,
        ROLLUPS,
        ROLLUP_PROGRESS,
        CATALOGUE,
        EXEMPLARS,
        MASKS,
        SETTINGS,
        STATISTICS
    }

    static StoreOperation of(Port port, String method, Object... arguments) {
        return new StoreOperation(port, method, List.copyOf(Arrays.asList(arguments)));
    }

    /** Whether this is a call of a method of a port. */
    public boolean is(Port ofPort, String named) {
        return port == ofPort && method.equals(named);
    }
}
