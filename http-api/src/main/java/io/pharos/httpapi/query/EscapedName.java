package io.pharos.httpapi.query;

import io.pharos.httpapi.server.ApiException;

/** Label names that stand in a URL: names outside the old alphabet come as {@code U__} with {@code _hex_} for other characters. */
final class EscapedName {
    private static final String PREFIX = "U__";
    private static final int HEX_DIGITS_MAX = 6;

    private EscapedName() {}

    /** The name meant; an escape that is none leaves the text as it is. An empty name is refused. */
    static String unescape(String text) {
        String name = text.startsWith(PREFIX) ? unescapePrefixed(text) : text;
        if (name.isEmpty()) {
            throw ApiException.badData("invalid label name: \"" + text + "\"");
        }
        return name;
    }

    private static String unescapePrefixed(String text) {
        StringBuilder name = new StringBuilder();
        int at = PREFIX.length();
        while (at < text.length()) {
            char read = text.charAt(at);
            if (read != '_') {
                name.append(read);
                at++;
                continue;
            }
            int end = text.indexOf('_', at + 1);
            if (end < 0 || end - at - 1 > HEX_DIGITS_MAX) {
                return text;
            }
            if (end == at + 1) {
                name.append('_');
            } else {
                try {
                    int point = Integer.parseInt(text, at + 1, end, 16);
                    if (!Character.isValidCodePoint(point) || (point >= 0xd800 && point <= 0xdfff)) {
                        return text;
                    }
                    name.appendCodePoint(point);
                } catch (NumberFormatException e) {
                    return text;
                }
            }
            at = end + 1;
        }
        return name.toString();
    }
}
