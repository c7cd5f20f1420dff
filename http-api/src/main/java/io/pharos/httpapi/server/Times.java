package io.pharos.httpapi.server;

import io.pharos.conf.PrometheusDuration;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;

/** Reads times, durations and counts of parameters, and refuses others in Prometheus' words. */
public final class Times {
    /** The earliest time a client may name, far enough from overflow for any arithmetic on it. */
    public static final long MIN_MILLIS = -62_135_596_800_000L * 16;

    /** The latest. */
    public static final long MAX_MILLIS = 62_135_596_800_000L * 16;

    private static final String MIN_TEXT = "-292273086-05-16T16:47:06Z";
    private static final String MAX_TEXT = "292277025-08-18T07:12:54.999999999Z";

    private Times() {}

    /** A required time in milliseconds since 1970: RFC 3339 or Unix seconds with a fraction. */
    public static long time(Parameters parameters, String name) {
        return parseTime(name, parameters.first(name));
    }

    /** The same with a value for a parameter that is not given. */
    public static long time(Parameters parameters, String name, long absent) {
        return parameters.has(name) ? parseTime(name, parameters.first(name)) : absent;
    }

    /** A required duration in milliseconds: Prometheus' form or seconds with a fraction. */
    public static long durationMillis(Parameters parameters, String name) {
        String text = parameters.first(name);
        try {
            return parseDuration(text);
        } catch (IllegalArgumentException e) {
            throw ApiException.badParameter(name, String.valueOf(e.getMessage()));
        }
    }

    /** A limit on the number of results; 0, also where the parameter is not given, for none. */
    public static int limit(Parameters parameters, String name) {
        String text = parameters.first(name);
        if (text.isEmpty()) {
            return 0;
        }
        try {
            long limit = Long.parseLong(text);
            if (limit < 0) {
                throw ApiException.badParameter(name, "limit must be non-negative");
            }
            return (int) Math.min(limit, Integer.MAX_VALUE);
        } catch (NumberFormatException e) {
            throw ApiException.badParameter(name, "\"" + text + "\" is not a whole number");
        }
    }

    /**
     * Reads a duration in milliseconds.
     *
     * @throws IllegalArgumentException with Prometheus' sentence
     */
    public static long parseDuration(String text) {
        try {
            double millis = Double.parseDouble(goNumber(text)) * 1000;
            if (Math.abs(millis) > MAX_MILLIS || Double.isNaN(millis)) {
                throw new IllegalArgumentException(
                        "cannot parse \"" + text + "\" to a valid duration. It overflows int64");
            }
            return (long) millis;
        } catch (NumberFormatException e) {
            return PrometheusDuration.parse(text)
                    .map(Duration::toMillis)
                    .orElseThrow(
                            () -> new IllegalArgumentException("cannot parse \"" + text + "\" to a valid duration"));
        }
    }

    private static long parseTime(String name, String text) {
        try {
            double seconds = Double.parseDouble(goNumber(text));
            if (Double.isFinite(seconds)) {
                return (long) Math.max(MIN_MILLIS, Math.min(MAX_MILLIS, Math.rint(seconds * 1000)));
            }
        } catch (NumberFormatException e) {
            if (text.equals(MIN_TEXT)) {
                return MIN_MILLIS;
            }
            if (text.equals(MAX_TEXT)) {
                return MAX_MILLIS;
            }
            try {
                long millis = OffsetDateTime.parse(text).toInstant().toEpochMilli();
                return Math.max(MIN_MILLIS, Math.min(MAX_MILLIS, millis));
            } catch (DateTimeException | ArithmeticException unreadable) {
                throw ApiException.badParameter(name, "cannot parse \"" + text + "\" to a valid timestamp");
            }
        }
        throw ApiException.badParameter(name, "cannot parse \"" + text + "\" to a valid timestamp");
    }

    /** Refuses what Java reads as a number and Go does not: spaces around it and a type letter at its end. */
    private static String goNumber(String text) {
        char last = text.isEmpty() ? ' ' : text.charAt(text.length() - 1);
        if (text.isEmpty() || text.charAt(0) <= ' ' || last <= ' ' || "dDfF".indexOf(last) >= 0) {
            throw new NumberFormatException(text);
        }
        return text;
    }
}
