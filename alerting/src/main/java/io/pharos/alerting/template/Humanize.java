package io.pharos.alerting.template;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers made easy to read, with the thresholds and forms of Prometheus. */
final class Humanize {
    private static final String[] LARGE = {"k", "M", "G", "T", "P", "E", "Z", "Y"};
    private static final String[] SMALL = {"m", "u", "n", "p", "f", "a", "z", "y"};

    private Humanize() {}

    static String plain(double value) {
        if (value == 0 || !Double.isFinite(value)) {
            return GoFormat.general(value, 4);
        }
        return scaled(value, "");
    }

    private static String scaled(double value, String unit) {
        double rest = value;
        String prefix = "";
        if (Math.abs(rest) >= 1) {
            for (int i = 0; i < LARGE.length && Math.abs(rest) >= 1000; i++) {
                prefix = LARGE[i];
                rest /= 1000;
            }
        } else {
            for (int i = 0; i < SMALL.length && Math.abs(rest) < 1; i++) {
                prefix = SMALL[i];
                rest *= 1000;
            }
        }
        return GoFormat.general(rest, 4) + prefix + unit;
    }

    static String binary(double value) {
        if (Math.abs(value) <= 1 || !Double.isFinite(value)) {
            return GoFormat.general(value, 4);
        }
        double rest = value;
        String prefix = "";
        for (int i = 0; i < LARGE.length && Math.abs(rest) >= 1024; i++) {
            prefix = LARGE[i] + "i";
            rest /= 1024;
        }
        return GoFormat.general(rest, 4) + prefix;
    }

    static String duration(double value) {
        if (!Double.isFinite(value)) {
            return GoFormat.general(value, 4);
        }
        if (value == 0) {
            return "0s";
        }
        if (Math.abs(value) < 1) {
            return scaled(value, "s");
        }
        String sign = value < 0 ? "-" : "";
        double size = Math.abs(value);
        long whole = (long) size;
        long seconds = whole % 60;
        long minutes = whole / 60 % 60;
        long hours = whole / 3600 % 24;
        long days = whole / 86_400;
        if (days != 0) {
            return sign + days + "d " + hours + "h " + minutes + "m " + seconds + "s";
        }
        if (hours != 0) {
            return sign + hours + "h " + minutes + "m " + seconds + "s";
        }
        return sign + (minutes != 0 ? minutes + "m " + seconds + "s" : GoFormat.general(size, 4) + "s");
    }

    static String percentage(double value) {
        return GoFormat.general(value * 100, 4) + "%";
    }

    static String timestamp(double seconds) {
        if (!Double.isFinite(seconds)) {
            return GoFormat.general(seconds, 4);
        }
        if (Math.abs(seconds) > 9.2e9) {
            throw new TemplateException("the time " + GoFormat.general(seconds, -1) + " is out of range");
        }
        long millis = Math.floorDiv((long) (seconds * 1e9), 1_000_000L); // as Prometheus keeps times
        long whole = Math.floorDiv(millis, 1000L);
        String text = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
                .format(Instant.ofEpochSecond(whole).atOffset(ZoneOffset.UTC));
        String fraction = Math.floorMod(millis, 1000L) == 0
                ? ""
                : "."
                        + String.format(Locale.ROOT, "%03d", Math.floorMod(millis, 1000L))
                                .replaceAll("0+$", "");
        return text + fraction + " +0000 UTC";
    }

    /** Seconds as Go prints a duration: 1h2m3s, 1.5s, 20ms. */
    static String goDuration(double seconds) {
        if (!Double.isFinite(seconds) || Math.abs(seconds) > 9e9) {
            throw new TemplateException("the duration " + GoFormat.general(seconds, -1) + " is out of range");
        }
        String sign = seconds < 0 ? "-" : "";
        double size = Math.abs(seconds);
        if (size == 0) {
            return "0s";
        }
        if (size < 1) {
            double scaled = size < 1e-6 ? size * 1e9 : size < 1e-3 ? size * 1e6 : size * 1e3;
            return sign + GoFormat.general(scaled, -1) + (size < 1e-6 ? "ns" : size < 1e-3 ? "µs" : "ms");
        }
        long hours = (long) (size / 3600);
        long minutes = (long) (size / 60) % 60;
        String rest = GoFormat.general(Math.round((size - hours * 3600.0 - minutes * 60.0) * 1e9) / 1e9, -1) + "s";
        return sign + (hours > 0 ? hours + "h" + minutes + "m" : minutes > 0 ? minutes + "m" : "") + rest;
    }
}
