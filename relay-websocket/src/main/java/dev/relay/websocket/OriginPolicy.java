package dev.relay.websocket;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Which pages in browsers may connect. Immutable; any thread. */
public final class OriginPolicy {
    private static final int MAX_ORIGIN_LENGTH = 512;
    private static final Pattern LOOPBACK =
            Pattern.compile("https?://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:\\d{1,5})?");

    private final List<String> globs;
    private final boolean loopback;

    /**
     * A policy.
     *
     * @param globs as {@link WebSocketEdge.Builder#allowedOrigins} takes them
     * @param loopback whether pages of this machine may connect, too
     */
    public OriginPolicy(List<String> globs, boolean loopback) {
        this.globs = globs.stream().map(glob -> glob.toLowerCase(Locale.ROOT)).toList();
        this.loopback = loopback;
    }

    /** Whether a page of this origin may connect. */
    public boolean allows(String origin) {
        if (origin.length() > MAX_ORIGIN_LENGTH) {
            return false;
        }
        String lower = origin.toLowerCase(Locale.ROOT);
        if (loopback && LOOPBACK.matcher(lower).matches()) {
            return true;
        }
        for (String glob : globs) {
            if (matches(glob, lower)) {
                return true;
            }
        }
        return false;
    }

    /** {@code *} stands for any text. Falling back to the last star only keeps this at worst quadratic, unlike a regex. */
    static boolean matches(String glob, String text) {
        int at = 0;
        int star = -1;
        int starText = 0;
        int in = 0;
        while (in < text.length()) {
            if (at < glob.length() && glob.charAt(at) == '*') {
                star = at++;
                starText = in;
            } else if (at < glob.length() && glob.charAt(at) == text.charAt(in)) {
                at++;
                in++;
            } else if (star >= 0) {
                at = star + 1;
                in = ++starText;
            } else {
                return false;
            }
        }
        while (at < glob.length() && glob.charAt(at) == '*') {
            at++;
        }
        return at == glob.length();
    }
}
