package dev.relay.standalone.api;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/** Times of the journal as text: RFC 3339, to the microsecond. Stateless. */
public final class Times {
    private Times() {}

    /** {@code 2026-03-01T12:00:00.123456Z}. */
    public static String text(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }

    /**
     * Microseconds since 1970-01-01 UTC.
     *
     * @throws IllegalArgumentException if it is no time, or one without an offset from UTC
     */
    public static long micros(String text) {
        try {
            return ChronoUnit.MICROS.between(
                    Instant.EPOCH, OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a time such as 2026-03-01T12:00:00Z or 2026-03-01T12:00:00.5+01:00", e);
        }
    }
}
