package io.pharos.promql.parser;

import io.pharos.promql.parser.Lexer.Kind;
import io.pharos.promql.parser.Lexer.Token;
import java.math.BigInteger;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads numbers, and durations, which are numbers of seconds. */
final class Numbers {
    private static final String[] UNITS = {"y", "w", "d", "h", "m", "s", "ms"};
    private static final long[] UNIT_MILLIS = {
        365L * 86_400_000, 7L * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000, 1
    };

    private Numbers() {}

    /** The value of a number, duration or number word; null for any other token. */
    static @Nullable Double number(TokenStream in, Token token) {
        return switch (token.kind()) {
            case NUMBER, DURATION -> required(in, token);
            case WORD -> word(token);
            default -> null;
        };
    }

    /** The value of a word that is a number, or null. */
    static @Nullable Double word(Token token) {
        return switch (token.text().toLowerCase(Locale.ROOT)) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> null;
        };
    }

    static double required(TokenStream in, Token token) {
        if (token.kind() == Kind.DURATION) {
            return durationMillis(in, token) / 1000.0;
        }
        String digits = token.text();
        boolean misplaced =
                digits.endsWith("_") || digits.contains("__") || digits.contains("_.") || digits.contains("._");
        if (!misplaced) {
            try {
                String plain = digits.replace("_", "");
                return plain.startsWith("0x") || plain.startsWith("0X")
                        ? new BigInteger(plain.substring(2), 16).doubleValue()
                        : Double.parseDouble(plain);
            } catch (NumberFormatException notOne) {
                // Said below, with the token.
            }
        }
        throw in.error(token, "error parsing number: \"" + digits + "\"");
    }

    /** The milliseconds of a duration: units from the largest to the smallest, each once. */
    static long durationMillis(TokenStream in, Token token) {
        String text = token.text();
        int at = 0;
        int unit = -1;
        long sum = 0;
        try {
            while (at < text.length()) {
                int digits = at;
                while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                    at++;
                }
                long count = Long.parseLong(text.substring(digits, at));
                int found = unitAt(text, at);
                if (found <= unit) {
                    throw in.error(token, "not a valid duration string: \"" + text + "\"");
                }
                unit = found;
                at += UNITS[found].length();
                sum = Math.addExact(sum, Math.multiplyExact(count, UNIT_MILLIS[found]));
            }
        } catch (ArithmeticException tooMuch) {
            throw in.error(token, "duration out of range");
        } catch (NumberFormatException notOne) {
            throw in.error(token, "not a valid duration string: \"" + text + "\"");
        }
        if (sum > Long.MAX_VALUE / 1_000_000) {
            throw in.error(token, "duration out of range");
        }
        return sum;
    }

    private static int unitAt(String text, int at) {
        if (text.startsWith("ms", at)) {
            return 6;
        }
        for (int i = 0; i < 6; i++) {
            if (text.startsWith(UNITS[i], at)) {
                return i;
            }
        }
        return -1;
    }
}
