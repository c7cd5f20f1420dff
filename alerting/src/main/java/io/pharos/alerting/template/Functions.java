package io.pharos.alerting.template;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.pharos.conf.PrometheusDuration;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The functions of a template: Go's own and Prometheus'. */
final class Functions {
    private static final Set<String> NAMES = Set.of(
            "and",
            "or",
            "not",
            "eq",
            "ne",
            "lt",
            "le",
            "gt",
            "ge",
            "len",
            "index",
            "slice",
            "print",
            "println",
            "printf",
            "html",
            "js",
            "urlquery",
            "query",
            "first",
            "label",
            "value",
            "strvalue",
            "sortByLabel",
            "args",
            "tmpl",
            "reReplaceAll",
            "match",
            "title",
            "toUpper",
            "toLower",
            "stripPort",
            "stripDomain",
            "safeHtml",
            "graphLink",
            "tableLink",
            "humanize",
            "humanize1024",
            "humanizeDuration",
            "humanizePercentage",
            "humanizeTimestamp",
            "toTime",
            "toDuration",
            "parseDuration",
            "now",
            "pathPrefix",
            "externalURL",
            "urlQueryEscape");

    private final TemplateEnvironment environment;
    private final BiFunction<String, @Nullable Object, String> expander;

    Functions(TemplateEnvironment environment, BiFunction<String, @Nullable Object, String> expander) {
        this.environment = environment;
        this.expander = expander;
    }

    static boolean isKnown(String name) {
        return NAMES.contains(name);
    }

    /** Whether a value counts as true: not absent, not zero, not empty. */
    static boolean truth(@Nullable Object value) {
        if (value instanceof Boolean bool) {
            return bool;
        }
        if (value instanceof Number number) {
            return number.doubleValue() != 0;
        }
        if (value instanceof String text) {
            return !text.isEmpty();
        }
        if (value instanceof List<?> list) {
            return !list.isEmpty();
        }
        return value instanceof Map<?, ?> map ? !map.isEmpty() : value != null;
    }

    @Nullable
    Object call(String name, List<@Nullable Object> arguments) {
        Arguments of = new Arguments(name, arguments);
        return switch (name) {
            case "not" -> !truth(of.one());
            case "eq" -> Comparison.equalToAny(of.atLeast(2));
            case "ne" -> !Comparison.equalToAny(of.exactly(2));
            case "lt" -> Comparison.order(of.exactly(2)) < 0;
            case "le" -> Comparison.order(of.exactly(2)) <= 0;
            case "gt" -> Comparison.order(List.of(of.get(1), of.get(0))) < 0;
            case "ge" -> Comparison.order(List.of(of.get(1), of.get(0))) <= 0;
            case "len" -> length(of.one());
            case "index" -> index(of.atLeast(1));
            case "slice" -> slice(of);
            case "print" -> joined(arguments, false);
            case "println" -> joined(arguments, true) + "\n";
            case "printf" -> GoFormat.printf(of.text(0), arguments.subList(1, arguments.size()));
            case "html" -> html(joined(arguments, false));
            case "js" ->
                joined(arguments, false)
                        .replace("\\", "\\\\")
                        .replace("'", "\\'")
                        .replace("\"", "\\\"");
            case "urlquery" -> urlQuery(joined(arguments, false));
            case "urlQueryEscape" -> urlQuery(of.text(0));
            case "query" -> environment.query(of.text(0));
            case "first" -> first(of.one());
            case "label" -> Samples.label(of.text(0), of.get(1));
            case "value" -> Samples.value(of.one());
            case "strvalue" -> Samples.label("__value__", of.one());
            case "sortByLabel" -> Samples.sorted(of.text(0), of.get(1));
            case "args" -> args(arguments);
            case "tmpl" -> expander.apply(of.text(0), of.get(1));
            case "reReplaceAll" -> regex(of.text(0)).matcher(of.text(2)).replaceAll(of.text(1));
            case "match" -> regex(of.text(0)).matcher(of.text(1)).find();
            case "title" -> title(of.text(0));
            case "toUpper" -> of.text(0).toUpperCase(Locale.ROOT);
            case "toLower" -> of.text(0).toLowerCase(Locale.ROOT);
            case "stripPort" -> Hosts.withoutPort(of.text(0));
            case "stripDomain" -> Hosts.withoutDomain(of.text(0));
            case "safeHtml" -> of.text(0);
            case "graphLink" -> "/graph?g0.expr=" + urlQuery(of.text(0)) + "&g0.tab=0";
            case "tableLink" -> "/graph?g0.expr=" + urlQuery(of.text(0)) + "&g0.tab=1";
            case "humanize" -> Humanize.plain(of.number(0));
            case "humanize1024" -> Humanize.binary(of.number(0));
            case "humanizeDuration" -> Humanize.duration(of.number(0));
            case "humanizePercentage" -> Humanize.percentage(of.number(0));
            case "humanizeTimestamp", "toTime" -> Humanize.timestamp(of.number(0));
            case "toDuration" -> Humanize.goDuration(of.number(0));
            case "parseDuration" -> seconds(of.text(0));
            case "now" -> environment.now().toEpochMilli() / 1000.0;
            case "pathPrefix" -> path(environment.externalUrl());
            case "externalURL" -> environment.externalUrl();
            default -> throw new TemplateException("function \"" + name + "\" not defined");
        };
    }

    /** The arguments of one call, read by position with a fault that names the function. */
    private record Arguments(String function, List<@Nullable Object> values) {
        @Nullable
        Object get(int index) {
            if (index >= values.size()) {
                throw new TemplateException("wrong number of args for " + function + ": got " + values.size());
            }
            return values.get(index);
        }

        @Nullable
        Object one() {
            return exactly(1).get(0);
        }

        List<@Nullable Object> exactly(int count) {
            if (values.size() != count) {
                throw new TemplateException(
                        "wrong number of args for " + function + ": want " + count + " got " + values.size());
            }
            return values;
        }

        List<@Nullable Object> atLeast(int count) {
            if (values.size() < count) {
                throw new TemplateException(
                        "wrong number of args for " + function + ": want at least " + count + " got " + values.size());
            }
            return values;
        }

        String text(int index) {
            Object value = get(index);
            if (value instanceof String text) {
                return text;
            }
            throw new TemplateException(
                    "wrong type for " + function + ": a text is needed, not " + GoFormat.print(value));
        }

        double number(int index) {
            Object value = get(index);
            if (value instanceof Number number) {
                return number.doubleValue();
            }
            if (value instanceof String text) {
                try {
                    return Samples.parse(text);
                } catch (NumberFormatException e) {
                    throw new TemplateException("error calling " + function + ": \"" + text + "\" is no number");
                }
            }
            throw new TemplateException(
                    "wrong type for " + function + ": a number is needed, not " + GoFormat.print(value));
        }
    }

    private static long length(@Nullable Object value) {
        if (value instanceof String text) {
            return text.getBytes(StandardCharsets.UTF_8).length;
        }
        if (value instanceof List<?> list) {
            return list.size();
        }
        if (value instanceof Map<?, ?> map) {
            return map.size();
        }
        throw new TemplateException("error calling len: " + GoFormat.print(value) + " has no length");
    }

    private static @Nullable Object index(List<@Nullable Object> arguments) {
        Object at = arguments.get(0);
        for (Object index : arguments.subList(1, arguments.size())) {
            if (at instanceof Map<?, ?> map) {
                Object found = map.get(index);
                at = found == null ? "" : found;
            } else if (at instanceof List<?> list && index instanceof Long position) {
                if (position < 0 || position >= list.size()) {
                    throw new TemplateException("error calling index: index out of range: " + position);
                }
                at = list.get(position.intValue());
            } else {
                throw new TemplateException("error calling index: can't index " + GoFormat.print(at));
            }
        }
        return at;
    }

    private static Object slice(Arguments of) {
        Object value = of.get(0);
        int size = (int) length(value);
        int from = of.values().size() > 1 ? (int) of.number(1) : 0;
        int to = of.values().size() > 2 ? (int) of.number(2) : size;
        if (from < 0 || to > size || from > to) {
            throw new TemplateException("error calling slice: index out of range");
        }
        return value instanceof String text
                ? text.substring(from, Math.min(to, text.length()))
                : value instanceof List<?> list ? list.subList(from, to) : "";
    }

    /** Go's Sprint puts a space between two operands when neither is a text; Sprintln always. */
    private static String joined(List<@Nullable Object> arguments, boolean always) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < arguments.size(); i++) {
            boolean texts = i > 0 && (arguments.get(i) instanceof String || arguments.get(i - 1) instanceof String);
            text.append(i > 0 && (always || !texts) ? " " : "").append(GoFormat.print(arguments.get(i)));
        }
        return text.toString();
    }

    private static @Nullable Object first(@Nullable Object value) {
        if (value instanceof List<?> list && !list.isEmpty()) {
            return list.get(0);
        }
        throw new TemplateException("error calling first: first() called on vector with no elements");
    }

    private static Map<String, @Nullable Object> args(List<@Nullable Object> arguments) {
        Map<String, @Nullable Object> map = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            map.put("arg" + i, arguments.get(i));
        }
        return map;
    }

    private static Pattern regex(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new TemplateException("not a regular expression: " + e.getMessage());
        }
    }

    private static String title(String text) {
        StringBuilder out = new StringBuilder(text);
        boolean begins = true;
        for (int i = 0; i < out.length(); i++) {
            char c = out.charAt(i);
            if (begins) {
                out.setCharAt(i, Character.toTitleCase(c));
            }
            begins = !Character.isLetterOrDigit(c) && c != '_' && c != '\'';
        }
        return out.toString();
    }

    private static String html(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&#34;")
                .replace("'", "&#39;");
    }

    private static String urlQuery(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    private static double seconds(String text) {
        return PrometheusDuration.parse(text)
                .map(duration -> duration.toMillis() / 1000.0)
                .orElseThrow(() -> new TemplateException("error calling parseDuration: not a duration: " + text));
    }

    private static String path(String url) {
        try {
            String path = URI.create(url).getPath();
            return path == null ? "" : path;
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
