package io.pharos.simulation.load;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before a request is sent again. */
final class Retry {
    private static final long FIRST_MILLIS = 30;
    private static final long LONGEST_MILLIS = 5_000;
    private static final long ASKED_FOR_MAX_MILLIS = 60_000;

    private Retry() {}

    /** Whether an answer asks to try again. */
    static boolean isWorthIt(int status) {
        return status / 100 == 5 || status == 429;
    }

    /** Doubles from 30 ms to 5 s with the number of failures (from 1), less up to a half at random. */
    static long backoffMillis(int failures) {
        long full = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(20, failures - 1));
        return full - ThreadLocalRandom.current().nextLong(full / 2 + 1);
    }

    /** What a Retry-After header (seconds or a date) asks for, at most a minute; 0 where it is absent or not readable. */
    static long askedForMillis(Optional<String> retryAfter, Instant now) {
        if (retryAfter.isEmpty()) {
            return 0;
        }
        String text = retryAfter.get().strip();
        long millis;
        if (!text.isEmpty() && text.length() <= 9 && text.chars().allMatch(Character::isDigit)) {
            millis = Long.parseLong(text) * 1_000;
        } else {
            try {
                millis = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                .toInstant()
                                .toEpochMilli()
                        - now.toEpochMilli();
            } catch (DateTimeParseException notADate) {
                return 0;
            }
        }
        return Math.max(0, Math.min(ASKED_FOR_MAX_MILLIS, millis));
    }
}
