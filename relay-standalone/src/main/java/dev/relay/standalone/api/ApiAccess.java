package dev.relay.standalone.api;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Who may ask. Immutable; any thread. */
public final class ApiAccess {
    private static final Pattern LOOPBACK_ORIGIN =
            Pattern.compile("https?://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:\\d{1,5})?");
    private static final Pattern SCHEME = Pattern.compile("(?i:apikey)\\s+(.*)");

    private final Rule rule;
    private final @Nullable SharedKey key; // where the rule is that

    private ApiAccess(Rule rule, @Nullable SharedKey key) {
        this.rule = rule;
        this.key = key;
    }

    private enum Rule {
        KEY,
        NOBODY,
        THIS_MACHINE,
        EVERYBODY
    }

    /** The answer to a caller. */
    public enum Verdict {
        /** May ask. */
        ADMITTED,
        /** Has no key, or a wrong one. */
        UNAUTHORIZED,
        /** A page in a browser that is none of ours. */
        FOREIGN_PAGE
    }

    /**
     * Where a caller may say who it is, as it stands in the request; {@code null} where it says nothing.
     *
     * @param keyHeader of {@code X-API-Key}
     * @param authorization of {@code Authorization}
     * @param keyParameter of {@code api_key}
     * @param origin of {@code Origin}, which browsers send with what a page asks for
     */
    public record Caller(
            @Nullable String keyHeader,
            @Nullable String authorization,
            @Nullable String keyParameter,
            @Nullable String origin) {}

    /** Whoever has the key. */
    public static ApiAccess withKey(String key) {
        return new ApiAccess(Rule.KEY, new SharedKey(key));
    }

    /** Nobody, because there is no key that one could have. */
    public static ApiAccess closed() {
        return new ApiAccess(Rule.NOBODY, null);
    }

    /**
     * Everybody on this machine, for development; the address sees to that. Pages in its browsers come from elsewhere, though,
     * so only those that were served by this machine may ask.
     */
    public static ApiAccess thisMachine() {
        return new ApiAccess(Rule.THIS_MACHINE, null);
    }

    /** Everybody. */
    public static ApiAccess open() {
        return new ApiAccess(Rule.EVERYBODY, null);
    }

    /** Whether a caller may ask. */
    public Verdict verdict(Caller caller) {
        return switch (rule) {
            case KEY -> hasKey(caller) ? Verdict.ADMITTED : Verdict.UNAUTHORIZED;
            case NOBODY -> Verdict.UNAUTHORIZED;
            case THIS_MACHINE -> isOurPage(caller.origin()) ? Verdict.ADMITTED : Verdict.FOREIGN_PAGE;
            case EVERYBODY -> Verdict.ADMITTED;
        };
    }

    private boolean hasKey(Caller caller) {
        if (caller.keyHeader() != null) {
            return isKey(caller.keyHeader()); // it alone decides
        }
        return isKey(credentials(caller.authorization())) || isKey(caller.keyParameter());
    }

    private static @Nullable String credentials(@Nullable String authorization) {
        var matcher = authorization == null ? null : SCHEME.matcher(authorization.strip());
        return matcher != null && matcher.matches() ? matcher.group(1) : null;
    }

    private boolean isKey(@Nullable String candidate) {
        return key != null && key.is(candidate);
    }

    private static boolean isOurPage(@Nullable String origin) {
        return origin == null
                || LOOPBACK_ORIGIN.matcher(origin.toLowerCase(Locale.ROOT)).matches();
    }
}
