package io.pharos.promql.function;

import java.time.LocalDate;

/** Parts of the date, in UTC, that a number of seconds since 1970 stands for. */
final class DateFunctions {
    private static final long DAY_SECONDS = 86_400;

    private DateFunctions() {}

    private static long seconds(double v) {
        return (long) v;
    }

    private static LocalDate date(double v) {
        long day = Math.floorDiv(seconds(v), DAY_SECONDS);
        return LocalDate.ofEpochDay(Math.max(LocalDate.MIN.toEpochDay(), Math.min(LocalDate.MAX.toEpochDay(), day)));
    }

    static double year(double v) {
        return date(v).getYear();
    }

    static double month(double v) {
        return date(v).getMonthValue();
    }

    static double dayOfMonth(double v) {
        return date(v).getDayOfMonth();
    }

    /** Sunday is 0. */
    static double dayOfWeek(double v) {
        return date(v).getDayOfWeek().getValue() % 7;
    }

    static double dayOfYear(double v) {
        return date(v).getDayOfYear();
    }

    static double daysInMonth(double v) {
        return date(v).lengthOfMonth();
    }

    static double hour(double v) {
        return Math.floor(Math.floorMod(seconds(v), DAY_SECONDS) / 3600.0);
    }

    static double minute(double v) {
        return Math.floor(Math.floorMod(seconds(v), 3600L) / 60.0);
    }
}
