package dev.relay.standalone;

/** Which Relay this is. */
final class Version {
    private Version() {}

    /** The version of the jar, or {@code development} when run from class files. */
    static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
