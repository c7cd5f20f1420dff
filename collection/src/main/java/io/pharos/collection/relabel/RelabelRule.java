package io.pharos.collection.relabel;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.pharos.timeseries.labels.Labels;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One relabelling rule. Its regular expression is RE2, anchored at both ends, and its dot matches a newline.
 *
 * @param sourceLabels their values, joined by the separator, are what the expression is held against
 * @param modulus only for HASHMOD, else 0
 * @param targetLabel may hold references such as {@code $1} for REPLACE
 */
public record RelabelRule(
        Action action,
        List<String> sourceLabels,
        String separator,
        Pattern regex,
        long modulus,
        String targetLabel,
        String replacement) {
    /** What a rule does. */
    public enum Action {
        REPLACE,
        KEEP,
        DROP,
        KEEPEQUAL,
        DROPEQUAL,
        HASHMOD,
        LABELMAP,
        LABELDROP,
        LABELKEEP,
        LOWERCASE,
        UPPERCASE;

        /** The action of a word in a configuration, in any case. */
        public static Optional<Action> parse(String word) {
            for (Action action : values()) {
                if (action.name().equals(word.toUpperCase(Locale.ROOT))) {
                    return Optional.of(action);
                }
            }
            return Optional.empty();
        }
    }

    /** Compiles the expression of a rule; throws {@link com.google.re2j.PatternSyntaxException}. */
    public static Pattern compile(String regex) {
        return Pattern.compile("^(?s:" + regex + ")$");
    }

    /** Applies rules in order; empty when one of them drops the labels. */
    public static Optional<Labels> apply(List<RelabelRule> rules, Labels labels) {
        if (rules.isEmpty()) {
            return Optional.of(labels);
        }
        Labels.Builder builder = labels.toBuilder();
        for (RelabelRule rule : rules) {
            if (!rule.applyTo(builder)) {
                return Optional.empty();
            }
        }
        return Optional.of(builder.build());
    }

    /** Changes labels; false when they are dropped. */
    public boolean applyTo(Labels.Builder labels) {
        String source = source(labels);
        switch (action) {
            case REPLACE -> replace(labels, source);
            case KEEP -> {
                return regex.matches(source);
            }
            case DROP -> {
                return !regex.matches(source);
            }
            case KEEPEQUAL -> {
                return source.equals(labels.get(targetLabel));
            }
            case DROPEQUAL -> {
                return !source.equals(labels.get(targetLabel));
            }
            case HASHMOD -> labels.set(targetLabel, hashed(source));
            case LABELMAP -> {
                for (String name : labels.names()) {
                    Matcher matcher = regex.matcher(name);
                    if (matcher.matches()) {
                        labels.set(expand(matcher, replacement), labels.get(name));
                    }
                }
            }
            case LABELDROP -> labels.names().stream().filter(regex::matches).forEach(labels::remove);
            case LABELKEEP ->
                labels.names().stream().filter(n -> !regex.matches(n)).forEach(labels::remove);
            case LOWERCASE -> labels.set(targetLabel, source.toLowerCase(Locale.ROOT));
            case UPPERCASE -> labels.set(targetLabel, source.toUpperCase(Locale.ROOT));
        }
        return true;
    }

    private String source(Labels.Builder labels) {
        if (sourceLabels.size() == 1) {
            return labels.get(sourceLabels.get(0));
        }
        StringBuilder joined = new StringBuilder();
        for (int i = 0; i < sourceLabels.size(); i++) {
            joined.append(i == 0 ? "" : separator).append(labels.get(sourceLabels.get(i)));
        }
        return joined.toString();
    }

    private void replace(Labels.Builder labels, String source) {
        Matcher matcher = regex.matcher(source);
        if (!matcher.matches()) {
            return;
        }
        String target = targetLabel.indexOf('$') < 0 ? targetLabel : expand(matcher, targetLabel);
        if (target.isEmpty()) {
            return;
        }
        labels.set(target, replacement.indexOf('$') < 0 ? replacement : expand(matcher, replacement));
    }

    /** The last eight bytes of the MD5 sum, read big endian and unsigned, modulo the modulus. */
    private String hashed(String source) {
        try {
            byte[] sum = MessageDigest.getInstance("MD5").digest(source.getBytes(StandardCharsets.UTF_8));
            return new BigInteger(1, sum, 8, 8).mod(BigInteger.valueOf(modulus)).toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no MD5", e);
        }
    }

    /** Expands {@code $1}, {@code $name} and {@code ${1}}; a reference to nothing is empty, {@code $$} is a dollar. */
    private static String expand(Matcher matcher, String template) {
        StringBuilder expanded = new StringBuilder();
        int at = 0;
        while (at < template.length()) {
            char c = template.charAt(at++);
            if (c != '$' || at == template.length()) {
                expanded.append(c);
                continue;
            }
            if (template.charAt(at) == '$') {
                expanded.append('$');
                at++;
                continue;
            }
            boolean braced = template.charAt(at) == '{';
            int from = braced ? at + 1 : at;
            int to = from;
            while (to < template.length() && isWord(template.charAt(to))) {
                to++;
            }
            if (to == from || braced && (to == template.length() || template.charAt(to) != '}')) {
                expanded.append('$');
                continue;
            }
            expanded.append(group(matcher, template.substring(from, to)));
            at = braced ? to + 1 : to;
        }
        return expanded.toString();
    }

    private static String group(Matcher matcher, String reference) {
        String group = null;
        if (reference.chars().allMatch(c -> c >= '0' && c <= '9')) {
            if (reference.length() < 4 && Integer.parseInt(reference) <= matcher.groupCount()) {
                group = matcher.group(Integer.parseInt(reference));
            }
        } else {
            try {
                group = matcher.group(reference);
            } catch (IllegalArgumentException e) {
                group = null; // no group of that name: empty, as in Go
            }
        }
        return group == null ? "" : group;
    }

    private static boolean isWord(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
    }
}
