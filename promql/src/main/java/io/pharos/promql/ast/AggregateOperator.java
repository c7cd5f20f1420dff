package io.pharos.promql.ast;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The aggregations over the series of an instant vector. */
public enum AggregateOperator {
    SUM(null),
    AVG(null),
    MIN(null),
    MAX(null),
    COUNT(null),
    GROUP(null),
    STDDEV(null),
    STDVAR(null),
    TOPK(ValueType.SCALAR),
    BOTTOMK(ValueType.SCALAR),
    QUANTILE(ValueType.SCALAR),
    LIMITK(ValueType.SCALAR),
    LIMIT_RATIO(ValueType.SCALAR),
    COUNT_VALUES(ValueType.STRING);

    private final @Nullable ValueType parameter;

    AggregateOperator(@Nullable ValueType parameter) {
        this.parameter = parameter;
    }

    /** The type of the parameter before the vector, or null where there is none. */
    public @Nullable ValueType parameter() {
        return parameter;
    }

    /** Whether the answer consists of input series, unchanged, instead of one series a group. */
    public boolean selectsSeries() {
        return this == TOPK || this == BOTTOMK || this == LIMITK || this == LIMIT_RATIO;
    }

    /** As written in a query. */
    public String symbol() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The operator of a name in any case, or null. */
    public static @Nullable AggregateOperator of(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "sum" -> SUM;
            case "avg" -> AVG;
            case "min" -> MIN;
            case "max" -> MAX;
            case "count" -> COUNT;
            case "group" -> GROUP;
            case "stddev" -> STDDEV;
            case "stdvar" -> STDVAR;
            case "topk" -> TOPK;
            case "bottomk" -> BOTTOMK;
            case "quantile" -> QUANTILE;
            case "limitk" -> LIMITK;
            case "limit_ratio" -> LIMIT_RATIO;
            case "count_values" -> COUNT_VALUES;
            default -> null;
        };
    }
}
