package dev.relay.standalone.config;

/** Shows where a database is without showing how to get in. */
final class DatabaseUrl {
    private DatabaseUrl() {}

    /** Without user info ({@code //user:password@}) and without parameters, both of which may hold a password. */
    static String masked(String url) {
        return url.replaceFirst("//.*@", "//").replaceFirst("\\?.*", "?…");
    }
}
