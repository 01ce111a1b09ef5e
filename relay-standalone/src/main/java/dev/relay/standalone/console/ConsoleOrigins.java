package dev.relay.standalone.console;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whose pages speak for somebody at the console. Immutable; any thread. */
final class ConsoleOrigins {
    private static final Pattern LOOPBACK_HOST =
            Pattern.compile("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?");
    private static final Pattern SCHEME = Pattern.compile("https?://");

    private final List<String> listed;
    private final boolean development;

    /**
     * @param listed origins of pages served by others
     * @param development whether nobody has to log in, and pages of this machine are ours
     */
    ConsoleOrigins(List<String> listed, boolean development) {
        this.listed =
                listed.stream().map(origin -> origin.toLowerCase(Locale.ROOT)).toList();
        this.development = development;
    }

    /** Whether a page of this origin, which is not the server's own, may ask and read the answers. */
    boolean isListed(String origin) {
        String lower = origin.toLowerCase(Locale.ROOT);
        return listed.contains(lower) || development && isLoopback(authority(lower));
    }

    /**
     * Whether a request that changes something comes from a page of ours. A request without an origin comes from no browser.
     */
    boolean isOurs(Visit visit) {
        String origin = visit.origin();
        if (!mayVisit(visit)) {
            return false;
        }
        return origin == null || isListed(origin) || visit.host().equalsIgnoreCase(authority(origin));
    }

    /**
     * Whether the browser has come by a name that is ours. Where nobody has to log in, a page of anybody's could have its own name
     * point at this machine and would then be of the same origin as we are; so only names of this machine count.
     */
    boolean mayVisit(Visit visit) {
        return !development || isLoopback(visit.host());
    }

    private static boolean isLoopback(@Nullable String authority) {
        return authority != null
                && LOOPBACK_HOST.matcher(authority.toLowerCase(Locale.ROOT)).matches();
    }

    private static @Nullable String authority(String origin) {
        var matcher = SCHEME.matcher(origin);
        return matcher.lookingAt() ? origin.substring(matcher.end()) : null;
    }
}
