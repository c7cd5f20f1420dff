package io.pharos.httpapi.server;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parameters of a request, from its body and its URL alike; those of the body come first. Immutable. */
public final class Parameters {
    private final Map<String, List<String>> values;

    private Parameters(Map<String, List<String>> values) {
        this.values = values;
    }

    /**
     * Reads {@code a=b&c=d} forms.
     *
     * @param forms not decoded yet; parameters of earlier forms win
     * @throws ApiException when a percent sign is not followed by two hexadecimal digits or the bytes are not UTF-8
     */
    public static Parameters parse(String... forms) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String form : forms) {
            int at = 0;
            while (at < form.length()) {
                int end = form.indexOf('&', at);
                end = end < 0 ? form.length() : end;
                if (end > at) {
                    int equals = form.indexOf('=', at);
                    boolean bare = equals < 0 || equals > end;
                    String name = decode(form.substring(at, bare ? end : equals), true);
                    String value = bare ? "" : decode(form.substring(equals + 1, end), true);
                    values.computeIfAbsent(name, none -> new ArrayList<>(1)).add(value);
                }
                at = end + 1;
            }
        }
        return new Parameters(values);
    }

    /** The first value, or the empty string. */
    public String first(String name) {
        List<String> all = values.get(name);
        return all == null ? "" : all.get(0);
    }

    /** All values under a name, in order. */
    public List<String> all(String name) {
        return List.copyOf(values.getOrDefault(name, List.of()));
    }

    /** All values under {@code name} and {@code name[]}: clients write both. */
    public List<String> list(String name) {
        List<String> both = new ArrayList<>(all(name + "[]"));
        both.addAll(all(name));
        return both;
    }

    /** Whether a value other than the empty string is given. */
    public boolean has(String name) {
        return !first(name).isEmpty();
    }

    /** Whether a switch is on: given as {@code true}, {@code 1} or {@code t}, in any case. */
    public boolean isOn(String name) {
        String value = first(name);
        return value.equalsIgnoreCase("true") || value.equals("1") || value.equalsIgnoreCase("t");
    }

    /** Undoes percent encoding; plus signs mean spaces only in forms. */
    static String decode(String text, boolean form) {
        if (text.indexOf('%') < 0 && (!form || text.indexOf('+') < 0)) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        int at = 0;
        while (at < text.length()) {
            int code = text.codePointAt(at);
            if (code == '%') {
                int high = at + 1 < text.length() ? Character.digit(text.charAt(at + 1), 16) : -1;
                int low = at + 2 < text.length() ? Character.digit(text.charAt(at + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw ApiException.badData("error parsing form values: invalid URL escape \""
                            + text.substring(at, Math.min(at + 3, text.length())) + "\"");
                }
                bytes.write(high << 4 | low);
                at += 3;
            } else {
                if (code == '+' && form) {
                    bytes.write(' ');
                } else {
                    bytes.writeBytes(Character.toString(code).getBytes(StandardCharsets.UTF_8));
                }
                at += Character.charCount(code);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw ApiException.badData("error parsing form values: \"" + text + "\" is not UTF-8");
        }
    }
}
