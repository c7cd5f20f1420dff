package io.pharos.promql.engine;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.pharos.promql.ast.Printer;
import io.pharos.promql.query.QueryException;
import io.pharos.timeseries.labels.Labels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** label_replace and label_join: labels made of other labels. */
final class LabelFunctions {
    private LabelFunctions() {}

    /** Sets a label of each series whose source label matches as a whole. */
    static SeriesStream replace(
            SeriesStream input, String target, String replacement, String source, String expression) {
        Pattern pattern;
        try {
            pattern = Pattern.compile("^(?s:" + expression + ")$");
        } catch (PatternSyntaxException wrong) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    "invalid regular expression in label_replace(): " + expression,
                    wrong);
        }
        checkLabel(target, "label_replace", "destination label name");
        return input.map(block -> {
            Matcher matcher = pattern.matcher(block.labels().valueOf(source));
            if (!matcher.matches()) {
                return block;
            }
            return set(block, target, expand(replacement, matcher, pattern));
        });
    }

    /** Sets a label to the values of others with a separator between. */
    static SeriesStream join(SeriesStream input, String target, String separator, List<String> sources) {
        checkLabel(target, "label_join", "destination label name");
        for (String source : sources) {
            checkLabel(source, "label_join", "source label name");
        }
        return input.map(block -> {
            StringBuilder value = new StringBuilder();
            for (int i = 0; i < sources.size(); i++) {
                value.append(i == 0 ? "" : separator).append(block.labels().valueOf(sources.get(i)));
            }
            return set(block, target, value.toString());
        });
    }

    private static SeriesBlock set(SeriesBlock block, String name, String value) {
        boolean drop = block.dropName() && !name.equals(Labels.METRIC_NAME);
        return block.withLabels(block.labels().with(name, value), drop);
    }

    private static void checkLabel(String name, String function, String what) {
        boolean noUtf8 = name.indexOf('\ufffd') >= 0; // what the parser makes of bytes that are none
        if (name.isEmpty() || noUtf8) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    "invalid " + what + " in " + function + "(): "
                            + Printer.quote(name).replace("\"", ""));
        }
    }

    /** Puts groups in place of {@code $1}, {@code ${1}}, {@code $name}; the longest name counts, an unknown one is empty. */
    private static String expand(String template, Matcher matcher, Pattern pattern) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < template.length()) {
            char c = template.charAt(at);
            if (c != '$' || at + 1 == template.length()) {
                out.append(c);
                at++;
                continue;
            }
            if (template.charAt(at + 1) == '$') {
                out.append('$');
                at += 2;
                continue;
            }
            boolean braces = template.charAt(at + 1) == '{';
            int start = at + (braces ? 2 : 1);
            int end = start;
            while (end < template.length() && isNamePart(template.charAt(end))) {
                end++;
            }
            boolean closed = !braces || end < template.length() && template.charAt(end) == '}';
            if (end == start || !closed) {
                out.append(c);
                at++;
                continue;
            }
            String group = group(template.substring(start, end), matcher, pattern);
            out.append(group == null ? "" : group);
            at = braces ? end + 1 : end;
        }
        return out.toString();
    }

    private static boolean isNamePart(char c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }

    private static @Nullable String group(String name, Matcher matcher, Pattern pattern) {
        boolean number = name.length() < 9 && name.chars().allMatch(c -> c >= '0' && c <= '9');
        if (number) {
            int index = Integer.parseInt(name);
            return index <= matcher.groupCount() ? matcher.group(index) : null;
        }
        Integer index = pattern.namedGroups().get(name);
        return index == null ? null : matcher.group(index);
    }
}
