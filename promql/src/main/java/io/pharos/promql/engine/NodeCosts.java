package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import java.util.IdentityHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What each node of one expression cost: the time spent in it and in all below it, and the series it gave on. A node is the object
 * in the tree, not what it says. Used by one thread; read when the evaluation is over.
 */
public final class NodeCosts {
    private static final Cost NONE = new Cost();

    private final IdentityHashMap<Expr, Cost> costs = new IdentityHashMap<>();

    private static final class Cost {
        private long nanos;
        private long series;
    }

    /** Wall time spent in a node, in nanoseconds. */
    public long nanos(Expr node) {
        return costs.getOrDefault(node, NONE).nanos;
    }

    /** Series that came out of a node. */
    public long series(Expr node) {
        return costs.getOrDefault(node, NONE).series;
    }

    /** Evaluates a node and goes on measuring while its series are taken. */
    Operand measure(Expr node, Supplier<Operand> evaluation) {
        Cost cost = costs.computeIfAbsent(node, added -> new Cost());
        long started = System.nanoTime();
        Operand value = evaluation.get();
        cost.nanos += System.nanoTime() - started;
        return value instanceof Operand.Vectors vectors
                ? new Operand.Vectors(new Measured(vectors.stream(), cost))
                : value;
    }

    private record Measured(SeriesStream stream, Cost cost) implements SeriesStream {
        @Override
        public @Nullable SeriesBlock next() {
            long started = System.nanoTime();
            SeriesBlock block = stream.next();
            cost.nanos += System.nanoTime() - started;
            cost.series += block == null ? 0 : 1;
            return block;
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
