package io.pharos.sharding.shard;

import io.pharos.timeseries.sample.AppendResult.RefusalReason;

/** The numbers that stand for reasons of refusal in messages; they never change their meaning. */
public final class RefusalCode {
    /** The number after the last one. */
    public static final int COUNT = 11;

    private RefusalCode() {}

    /** The number of a reason. */
    public static byte of(RefusalReason reason) {
        return switch (reason) {
            case TOO_OLD -> 0;
            case DUPLICATE -> 1;
            case TOO_FAR_AHEAD -> 2;
            case INVALID_LABELS -> 3;
            case SERIES_LIMIT -> 4;
            case INVALID_HISTOGRAM -> 5;
            case METRIC_SERIES_LIMIT -> 6;
            case LABEL_VALUES_LIMIT -> 7;
            case LABEL_NAMES_LIMIT -> 8;
            case LABEL_NAME_TOO_LONG -> 9;
            case LABEL_VALUE_TOO_LONG -> 10;
        };
    }

    /** The reason of a number. */
    public static RefusalReason reason(byte code) {
        return switch (code) {
            case 0 -> RefusalReason.TOO_OLD;
            case 1 -> RefusalReason.DUPLICATE;
            case 2 -> RefusalReason.TOO_FAR_AHEAD;
            case 3 -> RefusalReason.INVALID_LABELS;
            case 4 -> RefusalReason.SERIES_LIMIT;
            case 5 -> RefusalReason.INVALID_HISTOGRAM;
            case 6 -> RefusalReason.METRIC_SERIES_LIMIT;
            case 7 -> RefusalReason.LABEL_VALUES_LIMIT;
            case 8 -> RefusalReason.LABEL_NAMES_LIMIT;
            case 9 -> RefusalReason.LABEL_NAME_TOO_LONG;
            case 10 -> RefusalReason.LABEL_VALUE_TOO_LONG;
            default -> throw new IllegalArgumentException("no reason of refusal has the number " + code);
        };
    }
}
