package dev.relay.standalone.config;

/** Shows where something is without showing how to get in. */
final class Urls {
    private Urls() {}

    /** Without user info ({@code //user:password@}) and without parameters, both of which may hold a password. */
    static String masked(String url) {
        return url.replaceFirst("//.*@", "//").replaceFirst("\\?.*", "?…");
    }
}
